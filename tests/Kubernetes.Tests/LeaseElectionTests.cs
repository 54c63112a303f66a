using System.Collections.Concurrent;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Kubernetes.Tests;

public sealed class LeaseElectionTests : IAsyncLifetime
{
    private static readonly ObjectKey s_key = new("multinet-system", "rotation");
    // Long, where nothing is to be lost: a busy machine may not renew for seconds.
    private static readonly LeaseTimes s_long = new() { Duration = TimeSpan.FromMinutes(10), GiveUp = TimeSpan.FromMinutes(5), Pause = TimeSpan.FromMilliseconds(20) };
    private static readonly LeaseTimes s_times = new() { Duration = TimeSpan.FromSeconds(5), GiveUp = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromMilliseconds(20) };
    private readonly ScriptedLease _lease = new();
    private readonly List<Candidate> _candidates = [];
    private int _atWork;
    private int _mostAtWork;
    private ScriptedServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _server.Answer = _lease.AnswerAsync;
    }

    public async Task DisposeAsync()
    {
        foreach (var candidate in _candidates)
            await candidate.StopAsync();
        await _server.DisposeAsync();
        Assert.True(_mostAtWork <= 1, $"{_mostAtWork} were at work at a time");
    }

    [Fact]
    public async Task OneOfSeveral_Works_AndTheNextWhenItStops()
    {
        var all = new[] { Start("a", times: s_long), Start("b", times: s_long), Start("c", times: s_long) };
        await UntilAsync(() => all.Count(c => c.Works) == 1);
        var first = all.Single(c => c.Works);
        Assert.Equal(first.Identity, _lease.Holder);

        await first.StopAsync();

        await UntilAsync(() => all.Count(c => c.Works) == 1);
        var second = all.Single(c => c.Works);
        Assert.NotEqual(first, second);
        Assert.Equal((second.Identity, 1), (_lease.Holder, _lease.Transitions));
    }

    [Fact]
    public async Task HolderThatReachesNobody_StopsBeforeAnotherBegins()
    {
        var first = Start("a");
        await UntilAsync(() => first.Works);
        var second = Start("b");
        _lease.IsCutOff = agent => agent.StartsWith("a/", StringComparison.Ordinal);

        await UntilAsync(() => !first.Works);
        await UntilAsync(() => second.Works);

        Assert.Contains(first.Failures, e => e is KubeApiException { StatusCode: System.Net.HttpStatusCode.ServiceUnavailable });
        _lease.IsCutOff = _ => false;
        await second.StopAsync();
        await UntilAsync(() => first.Works);
    }

    [Fact]
    public async Task LeaseOfOneThatWasKilled_IsTakenWhenItIsOver()
    {
        var first = Start("a");
        await UntilAsync(() => first.Works);
        // A process that is killed gives nothing back: the lease just stays as it is.
        _lease.IsCutOff = agent => agent.StartsWith("a/", StringComparison.Ordinal);
        await first.StopAsync();
        Assert.Equal("a", _lease.Holder);

        var second = Start("b");

        await UntilAsync(() => second.Works);
        Assert.Equal(["a", "b"], second.Holders);
    }

    [Fact]
    public async Task WorkThatEnds_IsNotBegunAgainWhileTheLeaseIsHeld()
    {
        var done = Start("a", _ => Task.CompletedTask, s_long);
        await UntilAsync(() => done.Begun == 1 && done.Election.Holds);
        int asked = _server.Requests.Count;
        await UntilAsync(() => _server.Requests.Count > asked + 6);
        Assert.Equal(1, done.Begun);
    }

    [Fact]
    public void Times_ThatMakeNoSense_AreRefused() => Assert.Throws<ArgumentException>(
        () => new LeaseElection(_server.Client(), s_key, "a", new LeaseTimes { GiveUp = TimeSpan.FromSeconds(20) }));

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(5, patience.Token);
    }

    private Candidate Start(string identity, Func<CancellationToken, Task>? work = null, LeaseTimes? times = null)
    {
        var candidate = new Candidate(new ApiServerClient(_server.Config(), $"{identity}/1") { Retry = new RetryPolicy { Attempts = 1 } }, identity, this, work, times ?? s_times);
        _candidates.Add(candidate);
        return candidate;
    }

    private sealed class Candidate
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ApiServerClient _client;
        private readonly Task _running;
        private volatile bool _works;

        public Candidate(ApiServerClient client, string identity, LeaseElectionTests tests, Func<CancellationToken, Task>? work, LeaseTimes times)
        {
            _client = client;
            Identity = identity;
            Election = new LeaseElection(client, s_key, identity, times) { Failed = Failures.Enqueue, HolderChanged = Holders.Enqueue };
            _running = Election.RunAsync(
                async lost =>
                {
                    Begun++;
                    if (work is not null)
                    {
                        await work(lost);
                        return;
                    }
                    int now = Interlocked.Increment(ref tests._atWork);
                    for (int most = tests._mostAtWork; now > most; most = tests._mostAtWork)
                        Interlocked.CompareExchange(ref tests._mostAtWork, now, most);
                    _works = true;
                    try
                    {
                        await Task.Delay(Timeout.Infinite, lost);
                    }
                    finally
                    {
                        _works = false;
                        Interlocked.Decrement(ref tests._atWork);
                    }
                },
                _stop.Token);
        }

        public string Identity { get; }

        public LeaseElection Election { get; }

        // They are read while the election goes on.
        public ConcurrentQueue<Exception> Failures { get; } = [];

        public ConcurrentQueue<string> Holders { get; } = [];

        public int Begun { get; private set; }

        public bool Works => _works;

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _client.Dispose();
        }
    }
}
