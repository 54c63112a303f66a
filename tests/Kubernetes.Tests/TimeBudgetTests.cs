using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Kubernetes.Tests;

public sealed class TimeBudgetTests
{
    private static readonly ObjectKey s_pod = new("default", "web");

    [Fact]
    public void Left_ShrinksWhileItRunsOnly()
    {
        var time = new ManualTime();
        var budget = new TimeBudget(TimeSpan.FromSeconds(10), time);
        time.Pass(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromSeconds(10), budget.Left);
        budget.Start();
        time.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), budget.Left);
        budget.Stop();
        time.Pass(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromSeconds(6), budget.Left);
        budget.Start();
        time.Pass(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.Zero, budget.Left);
    }

    [Fact]
    public async Task Get_ReportsTheFailureAtHand_WhenAPauseWouldNotFit()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context =>
        {
            context.Response.Headers.RetryAfter = "60";
            return context.StatusAsync(503, "ServiceUnavailable", "starting");
        };
        using var client = server.Client(retry: ScriptedServer.Quick with { Budget = new TimeBudget(TimeSpan.FromSeconds(30)) });
        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, s_pod, CancellationToken.None));
        Assert.Contains("starting", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Get_AsksNobody_WhenTheBudgetIsUsedUp()
    {
        await using var server = await ScriptedServer.StartAsync();
        var time = new ManualTime();
        var budget = new TimeBudget(TimeSpan.FromSeconds(3), time);
        using var client = server.Client(retry: ScriptedServer.Quick with { Budget = budget });
        budget.Start();
        time.Pass(TimeSpan.FromSeconds(3));
        var error = await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, s_pod, CancellationToken.None));
        Assert.Contains("the 3 seconds for all requests are used up", error.Message);
        Assert.Empty(server.Requests);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
