using System.Text.Json.Nodes;
using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Certificates.Authorities;

namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>A replica makes or takes the authority, signs its own certificate, and keeps it while it must.</summary>
public sealed class SelfManagedCertificateTests : CertificateTest
{
    [Fact]
    public async Task FirstReplica_MakesTheAuthority_PublishesIt_AndShowsACertificateThatIsAccepted()
    {
        using var replica = NewReplica();

        await replica.PassAsync();

        AssertAccepted(replica);
        Assert.Equal(Server.Value("ca.crt"), Server.Bundle());
        Assert.Equal(Clock.Now + ServingLeaf.Lifetime, replica.Certificate.NotAfter);
        Assert.All((string[])["multinet-webhook", "multinet-webhook.multinet-system", Replica.Host, $"{Replica.Host}.cluster.local"], n => Assert.True(replica.Shown.MatchesHostname(n)));
        Assert.False(replica.Shown.MatchesHostname("kubernetes.default.svc"));
        Assert.Equal("Opaque", (string?)Server.Find(RegistrationServer.Secret)!["type"]);
    }

    [Fact]
    public async Task Replicas_ThatStartTogether_ShareOneAuthority_AndKeepTheirLeafsToThemselves()
    {
        using Replica a = NewReplica(), b = NewReplica(), c = NewReplica();

        await Task.WhenAll(a.PassAsync(), b.PassAsync(), c.PassAsync());

        Assert.All([a, b, c], r => AssertAccepted(r));
        Assert.Equal(3, new[] { a, b, c }.Select(r => r.Shown.Thumbprint).Distinct().Count());
        Assert.Null(Server.Value("next.crt"));
        Assert.Null(Server.Value("former.crt"));
        Assert.Equal(["ca.crt", "ca.key"], Server.Find(RegistrationServer.Secret)!["data"]!.AsObject().Select(d => d.Key).Order());
    }

    [Fact]
    public async Task Leaf_IsRenewedAfterTwoThirdsOfItsLife()
    {
        using var replica = NewReplica();
        await replica.PassAsync();
        string first = replica.Shown.Thumbprint;

        Clock.Pass(TimeSpan.FromDays(4));
        await replica.PassAsync();
        Assert.Equal(first, replica.Shown.Thumbprint);
        Clock.Pass(TimeSpan.FromDays(0.7));
        await replica.PassAsync();

        Assert.NotEqual(first, replica.Shown.Thumbprint);
        AssertAccepted(replica);
    }

    [Fact]
    public async Task TwoYears_OfThreeReplicas_OneOfThemRestartedAgainAndAgain_AreWithoutOneRefusedCertificate()
    {
        using Replica a = NewReplica(), b = NewReplica();
        var c = NewReplica();
        var authorities = new HashSet<string>();
        var until = Clock.Now + TimeSpan.FromDays(700);
        for (int step = 0; Clock.Now < until; step++)
        {
            await SettleAsync(a, b, c);
            authorities.Add(Server.Value("ca.crt")!);
            if (step % 11 == 0)
            {
                c.Dispose();
                c = NewReplica();
            }
            Clock.Pass(TimeSpan.FromHours(61));
        }
        c.Dispose();

        // One at the start, and one each 243 days.
        Assert.Equal(3, authorities.Count);
        Assert.InRange(CertificateAuthority.ReadBundle(System.Text.Encoding.UTF8.GetBytes(Server.Bundle())).Count, 1, 2);
    }

    [Fact]
    public async Task WithoutTheApiServer_WhatIsShownStays()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);
        string shown = replica.Shown.Thumbprint;
        Server.Before = async context =>
        {
            await context.StatusAsync(503, "ServiceUnavailable");
            return true;
        };
        Clock.Pass(TimeSpan.FromDays(6));

        await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);

        Assert.Equal(shown, replica.Shown.Thumbprint);
        AssertAccepted(replica);
    }

    [Fact]
    public async Task KeysAndCertificates_AreNotLogged()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);

        Assert.Contains("made a new authority", replica.Log);
        Assert.DoesNotContain("PRIVATE KEY", replica.Log);
        Assert.DoesNotContain("BEGIN", replica.Log);
    }

    [Fact]
    public async Task Changes_WakeIt()
    {
        using var replica = new Replica(Server, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = replica.Certificate.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => replica.Certificate.Current is not null && Server.Bundle().Length > 0);

        Server.Change(RegistrationServer.Validating, c => c["webhooks"]![0]!["clientConfig"]!.AsObject().Remove("caBundle"));
        await Eventually.TrueAsync(() => Server.Bundle().Length > 0);
        Server.Change(RegistrationServer.Secret, s => s["metadata"]!["annotations"] = new JsonObject { [AuthoritySet.RotateAnnotation] = "1" });
        await Eventually.TrueAsync(() => Server.Value("next.crt") is { } next && Server.Bundle().Contains(next, StringComparison.Ordinal));

        await stop.CancelAsync();
        await running;
    }
}
