namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>Replicas with one clock, and an API server at which a webhook is registered.</summary>
public abstract class CertificateTest : IAsyncLifetime
{
    /// <summary>The clock on everybody's wall.</summary>
    private protected ManualClock Clock { get; } = new();

    /// <summary>The API server.</summary>
    private protected RegistrationServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await RegistrationServer.StartAsync();
        Server.Register(RegistrationServer.Validating, "definitions.multinet.io", "pods.multinet.io");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>A replica that has not run yet.</summary>
    private protected Replica NewReplica() => new(Server, Clock);

    /// <summary>Its certificate is accepted with the bundle of the moment, or another.</summary>
    private protected void AssertAccepted(Replica replica, string? bundle = null) =>
        Assert.Equal("", Replica.Refusal(replica.Certificate.Current, bundle ?? Server.Bundle(), Clock.Now));

    /// <summary>
    /// Runs passes of all, as their own times say, until nothing is due for a while. After each, everybody's certificate must be accepted with the bundle
    /// of that moment and with the one of half a minute before, which an API server may still have.
    /// </summary>
    private protected async Task SettleAsync(params Replica[] replicas)
    {
        var seen = new List<(DateTimeOffset At, string Bundle)> { (Clock.Now, Server.Bundle()) };
        for (int round = 0; round < 200; round++)
        {
            var next = DateTimeOffset.MaxValue;
            foreach (var replica in replicas)
            {
                var due = await replica.PassAsync();
                next = due < next ? due : next;
                seen.Add((Clock.Now, Server.Bundle()));
                string behind = seen.Last(s => s.At <= Clock.Now - TimeSpan.FromSeconds(29) || s == seen[0]).Bundle;
                foreach (var other in replicas.Where(r => r.Certificate.Current is not null))
                {
                    AssertAccepted(other);
                    if (behind.Length > 0)
                        AssertAccepted(other, behind);
                }
            }
            if (next > Clock.Now + TimeSpan.FromMinutes(5))
                return;
            Clock.PassTo(next);
        }
        Assert.Fail("it does not come to rest");
    }
}
