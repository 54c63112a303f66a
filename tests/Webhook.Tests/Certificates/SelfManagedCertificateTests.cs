using System.Text.Json.Nodes;
using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Certificates.Authorities;
using MultiNet.Webhook.Certificates.Bundles;

namespace MultiNet.Webhook.Tests.Certificates;

public sealed class SelfManagedCertificateTests : IAsyncLifetime
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private RegistrationServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await RegistrationServer.StartAsync();
        _server.Register(RegistrationServer.Validating, "definitions.multinet.io", "pods.multinet.io");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private Replica NewReplica() => new(_server, _clock);

    private void AssertAccepted(Replica replica, string? bundle = null) =>
        Assert.Equal("", Replica.Refusal(replica.Certificate.Current, bundle ?? _server.Bundle(), _clock.Now));

    // Runs passes of all, as their own times say, until nothing is due for a while. After each, everybody's certificate must be accepted with the bundle
    // of that moment and with the one of half a minute before, which an API server may still have.
    private async Task SettleAsync(params Replica[] replicas)
    {
        var seen = new List<(DateTimeOffset At, string Bundle)> { (_clock.Now, _server.Bundle()) };
        for (int round = 0; round < 200; round++)
        {
            var next = DateTimeOffset.MaxValue;
            foreach (var replica in replicas)
            {
                var due = await replica.PassAsync();
                next = due < next ? due : next;
                seen.Add((_clock.Now, _server.Bundle()));
                string behind = seen.Last(s => s.At <= _clock.Now - TimeSpan.FromSeconds(29) || s == seen[0]).Bundle;
                foreach (var other in replicas.Where(r => r.Certificate.Current is not null))
                {
                    AssertAccepted(other);
                    if (behind.Length > 0)
                        AssertAccepted(other, behind);
                }
            }
            if (next > _clock.Now + TimeSpan.FromMinutes(5))
                return;
            _clock.PassTo(next);
        }
        Assert.Fail("it does not come to rest");
    }

    [Fact]
    public async Task FirstReplica_MakesTheAuthority_PublishesIt_AndShowsACertificateThatIsAccepted()
    {
        using var replica = NewReplica();

        await replica.PassAsync();

        AssertAccepted(replica);
        Assert.Equal(_server.Value("ca.crt"), _server.Bundle());
        Assert.Equal(_clock.Now + ServingLeaf.Lifetime, replica.Certificate.NotAfter);
        Assert.All((string[])["multinet-webhook", "multinet-webhook.multinet-system", Replica.Host, $"{Replica.Host}.cluster.local"], n => Assert.True(replica.Shown.MatchesHostname(n)));
        Assert.False(replica.Shown.MatchesHostname("kubernetes.default.svc"));
        Assert.Equal("Opaque", (string?)_server.Find(RegistrationServer.Secret)!["type"]);
    }

    [Fact]
    public async Task Replicas_ThatStartTogether_ShareOneAuthority_AndKeepTheirLeafsToThemselves()
    {
        using Replica a = NewReplica(), b = NewReplica(), c = NewReplica();

        await Task.WhenAll(a.PassAsync(), b.PassAsync(), c.PassAsync());

        Assert.All([a, b, c], r => AssertAccepted(r));
        Assert.Equal(3, new[] { a, b, c }.Select(r => r.Shown.Thumbprint).Distinct().Count());
        Assert.Null(_server.Value("next.crt"));
        Assert.Null(_server.Value("former.crt"));
        Assert.Equal(["ca.crt", "ca.key"], _server.Find(RegistrationServer.Secret)!["data"]!.AsObject().Select(d => d.Key).Order());
    }

    [Fact]
    public async Task Leaf_IsRenewedAfterTwoThirdsOfItsLife()
    {
        using var replica = NewReplica();
        await replica.PassAsync();
        string first = replica.Shown.Thumbprint;

        _clock.Pass(TimeSpan.FromDays(4));
        await replica.PassAsync();
        Assert.Equal(first, replica.Shown.Thumbprint);
        _clock.Pass(TimeSpan.FromDays(0.7));
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
        var until = _clock.Now + TimeSpan.FromDays(700);
        for (int step = 0; _clock.Now < until; step++)
        {
            await SettleAsync(a, b, c);
            authorities.Add(_server.Value("ca.crt")!);
            if (step % 11 == 0)
            {
                c.Dispose();
                c = NewReplica();
            }
            _clock.Pass(TimeSpan.FromHours(61));
        }
        c.Dispose();

        // One at the start, and one each 243 days.
        Assert.Equal(3, authorities.Count);
        Assert.InRange(CertificateAuthority.ReadBundle(System.Text.Encoding.UTF8.GetBytes(_server.Bundle())).Count, 1, 2);
    }

    [Fact]
    public async Task NextAuthority_IsPublishedAtOnce_AndSignsWhenItHasBeenThereForAWhile()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);
        string before = replica.Shown.Thumbprint, old = _server.Value("ca.crt")!;
        _clock.Pass(TimeSpan.FromDays(3));
        _server.Change(RegistrationServer.Secret, s => s["metadata"]!["annotations"] = new JsonObject { [AuthoritySet.RotateAnnotation] = "please" });

        await replica.PassAsync();

        string next = _server.Value("next.crt")!;
        Assert.Equal(old + next, _server.Bundle());
        Assert.Equal(old, _server.Value("ca.crt"));
        Assert.Equal(before, replica.Shown.Thumbprint);

        _clock.Pass(BundleHistory.Settle - s_moment);
        await replica.PassAsync();
        Assert.Equal(old, _server.Value("ca.crt"));

        _clock.Pass(s_moment);
        await replica.PassAsync();
        Assert.Equal(next, _server.Value("ca.crt"));
        Assert.Equal(old, _server.Value("former.crt"));
        Assert.Equal(next + old, _server.Bundle());
        Assert.Null(_server.Value("next.key"));
        Assert.NotEqual(before, replica.Shown.Thumbprint);
        AssertAccepted(replica, next);

        // Once for each wish.
        await SettleAsync(replica);
        Assert.Equal(next, _server.Value("ca.crt"));
    }

    [Fact]
    public async Task NextAuthority_DoesNotSign_WhileOneConfigurationLacksIt()
    {
        using var replica = NewReplica();
        _server.Register(RegistrationServer.Mutating, "mutate.multinet.io");
        await SettleAsync(replica);
        string before = _server.Value("ca.crt")!;
        _server.Before = async context =>
        {
            if (context.Request.Method != "PATCH" || !context.Request.Path.Value!.Contains("mutating", StringComparison.Ordinal))
                return false;
            await context.StatusAsync(403, "Forbidden");
            return true;
        };
        _server.Change(RegistrationServer.Secret, s => s["metadata"]!["annotations"] = new JsonObject { [AuthoritySet.RotateAnnotation] = "1" });

        for (int i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);
            _clock.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(before, _server.Value("ca.crt"));
        AssertAccepted(replica);
        AssertAccepted(replica, _server.Bundle(RegistrationServer.Mutating));
        Assert.Equal("multinet_admission_ca_bundle_in_sync{kind=\"mutatingwebhookconfigurations\",name=\"multinet-webhook\"} 0", replica.Metric("multinet_admission_ca_bundle_in_sync{kind=\"mut"));

        _server.Before = _ => Task.FromResult(false);
        await SettleAsync(replica);
        Assert.NotEqual(before, _server.Value("ca.crt"));
    }

    [Fact]
    public async Task SecretThatIsDeleted_IsMadeAnew_AndWhatIsShownGoesOnBeingAccepted()
    {
        using Replica a = NewReplica(), b = NewReplica();
        await SettleAsync(a, b);
        string old = _server.Value("ca.crt")!;
        _clock.Pass(TimeSpan.FromDays(2));

        _server.Delete(RegistrationServer.Secret);
        await SettleAsync(a, b);

        Assert.NotEqual(old, _server.Value("ca.crt"));
        Assert.Equal(_server.Value("ca.crt") + old, _server.Bundle());
        AssertAccepted(a, _server.Value("ca.crt"));
        AssertAccepted(b, _server.Value("ca.crt"));
    }

    [Fact]
    public async Task SecretThatIsDeleted_WhileAReplicaStarts_TakesNothingFromTheOthers()
    {
        using Replica a = NewReplica(), fresh = NewReplica();
        await SettleAsync(a);
        string old = _server.Value("ca.crt")!;
        _clock.Pass(TimeSpan.FromDays(2));

        _server.Delete(RegistrationServer.Secret);
        await fresh.PassAsync();

        // It knows what others show from what is published.
        Assert.Contains(old, _server.Bundle());
        AssertAccepted(a);
        Assert.Null(fresh.Certificate.Current); // no API server may have the new authority yet
        await SettleAsync(fresh, a);
        Assert.NotNull(fresh.Certificate.Current);
    }

    [Fact]
    public async Task SecretThatIsDamaged_IsMadeAnew()
    {
        using Replica a = NewReplica(), b = NewReplica();
        await SettleAsync(a, b);
        _server.Change(RegistrationServer.Secret, s => s["data"]!["ca.key"] = Convert.ToBase64String("no key"u8));

        await SettleAsync(a, b);

        AssertAccepted(a, _server.Value("ca.crt"));
        Assert.Contains("certificate and key are not usable", a.Log);
        Assert.Equal("multinet_admission_cert_reload_errors_total 1", a.Metric("multinet_admission_cert_reload_errors_total"));
    }

    [Fact]
    public async Task AuthorityThatExpired_WhileNobodyRan_IsMadeAnew()
    {
        using (var before = NewReplica())
            await SettleAsync(before);
        _clock.Pass(TimeSpan.FromDays(400));
        using var after = NewReplica();

        await after.PassAsync();

        AssertAccepted(after);
        Assert.Equal(_server.Value("ca.crt"), _server.Bundle());
    }

    [Fact]
    public async Task Bundle_IsWrittenAgain_WhereSomebodyTookItAway_AndNothingElseIsTouched()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);
        string right = _server.Bundle();
        _server.Change(RegistrationServer.Validating, c =>
        {
            c["webhooks"]![0]!["clientConfig"]!.AsObject().Remove("caBundle");
            c["webhooks"]![1]!["clientConfig"]!["caBundle"] = Convert.ToBase64String("nonsense"u8);
            c["webhooks"]![0]!["failurePolicy"] = "Ignore";
            c["webhooks"]![0]!["matchConditions"] = new JsonArray("kept");
        });

        await replica.PassAsync();

        var webhooks = _server.Find(RegistrationServer.Validating)!["webhooks"]!;
        Assert.Equal(right, _server.Bundle());
        Assert.Equal((string?)webhooks[0]!["clientConfig"]!["caBundle"], (string?)webhooks[1]!["clientConfig"]!["caBundle"]);
        Assert.Equal(("Ignore", "Fail", "multinet-webhook"), ((string?)webhooks[0]!["failurePolicy"], (string?)webhooks[1]!["failurePolicy"], (string?)webhooks[0]!["clientConfig"]!["service"]!["name"]));
        Assert.Equal("""["kept"]""", webhooks[0]!["matchConditions"]!.ToJsonString());
    }

    [Fact]
    public async Task WebhooksThatAreRegisteredLater_GetTheirBundleThen()
    {
        _server.Delete(RegistrationServer.Validating);
        using var replica = NewReplica();
        await replica.PassAsync();
        Assert.NotNull(replica.Certificate.Current);

        _server.Register(RegistrationServer.Validating, "pods.multinet.io");
        await replica.PassAsync();

        AssertAccepted(replica);
    }

    [Fact]
    public async Task ReplicaThatMayNotPublish_ShowsACertificateAfterAWhile()
    {
        using (var before = NewReplica())
            await SettleAsync(before);
        _server.Before = async context =>
        {
            if (!context.Request.Path.Value!.Contains("webhookconfigurations", StringComparison.Ordinal))
                return false;
            await context.StatusAsync(403, "Forbidden");
            return true;
        };
        using var replica = NewReplica();

        await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);
        Assert.Null(replica.Certificate.Current);
        _clock.Pass(SelfManagedCertificate.Patience);
        await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);

        AssertAccepted(replica);
    }

    [Fact]
    public async Task WithoutTheApiServer_WhatIsShownStays()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);
        string shown = replica.Shown.Thumbprint;
        _server.Before = async context =>
        {
            await context.StatusAsync(503, "ServiceUnavailable");
            return true;
        };
        _clock.Pass(TimeSpan.FromDays(6));

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
        using var replica = new Replica(_server, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = replica.Certificate.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => replica.Certificate.Current is not null && _server.Bundle().Length > 0);

        _server.Change(RegistrationServer.Validating, c => c["webhooks"]![0]!["clientConfig"]!.AsObject().Remove("caBundle"));
        await Eventually.TrueAsync(() => _server.Bundle().Length > 0);
        _server.Change(RegistrationServer.Secret, s => s["metadata"]!["annotations"] = new JsonObject { [AuthoritySet.RotateAnnotation] = "1" });
        await Eventually.TrueAsync(() => _server.Value("next.crt") is { } next && _server.Bundle().Contains(next, StringComparison.Ordinal));

        await stop.CancelAsync();
        await running;
    }
}
