using System.Text.Json.Nodes;
using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates.Authorities;
using MultiNet.Webhook.Certificates.Bundles;

namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>An authority is followed by another without one refused certificate.</summary>
public sealed class NextAuthorityTests : CertificateTest
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task NextAuthority_IsPublishedAtOnce_AndSignsWhenItHasBeenThereForAWhile()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);
        string before = replica.Shown.Thumbprint, old = Server.Value("ca.crt")!;
        Clock.Pass(TimeSpan.FromDays(3));
        Server.Change(RegistrationServer.Secret, s => s["metadata"]!["annotations"] = new JsonObject { [AuthoritySet.RotateAnnotation] = "please" });

        await replica.PassAsync();

        string next = Server.Value("next.crt")!;
        Assert.Equal(old + next, Server.Bundle());
        Assert.Equal(old, Server.Value("ca.crt"));
        Assert.Equal(before, replica.Shown.Thumbprint);

        Clock.Pass(BundleHistory.Settle - s_moment);
        await replica.PassAsync();
        Assert.Equal(old, Server.Value("ca.crt"));

        Clock.Pass(s_moment);
        await replica.PassAsync();
        Assert.Equal(next, Server.Value("ca.crt"));
        Assert.Equal(old, Server.Value("former.crt"));
        Assert.Equal(next + old, Server.Bundle());
        Assert.Null(Server.Value("next.key"));
        Assert.NotEqual(before, replica.Shown.Thumbprint);
        AssertAccepted(replica, next);

        // Once for each wish.
        await SettleAsync(replica);
        Assert.Equal(next, Server.Value("ca.crt"));
    }

    [Fact]
    public async Task NextAuthority_DoesNotSign_WhileOneConfigurationLacksIt()
    {
        using var replica = NewReplica();
        Server.Register(RegistrationServer.Mutating, "mutate.multinet.io");
        await SettleAsync(replica);
        string before = Server.Value("ca.crt")!;
        Server.Before = async context =>
        {
            if (context.Request.Method != "PATCH" || !context.Request.Path.Value!.Contains("mutating", StringComparison.Ordinal))
                return false;
            await context.StatusAsync(403, "Forbidden");
            return true;
        };
        Server.Change(RegistrationServer.Secret, s => s["metadata"]!["annotations"] = new JsonObject { [AuthoritySet.RotateAnnotation] = "1" });

        for (int i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);
            Clock.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(before, Server.Value("ca.crt"));
        AssertAccepted(replica);
        AssertAccepted(replica, Server.Bundle(RegistrationServer.Mutating));
        Assert.Equal("multinet_admission_ca_bundle_in_sync{kind=\"mutatingwebhookconfigurations\",name=\"multinet-webhook\"} 0", replica.Metric("multinet_admission_ca_bundle_in_sync{kind=\"mut"));

        Server.Before = _ => Task.FromResult(false);
        await SettleAsync(replica);
        Assert.NotEqual(before, Server.Value("ca.crt"));
    }
}
