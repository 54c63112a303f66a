using System.Text.Json.Nodes;
using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates;

namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>caBundle is what it is to be, whoever changes it and whenever webhooks are registered.</summary>
public sealed class BundleTests : CertificateTest
{
    [Fact]
    public async Task Bundle_IsWrittenAgain_WhereSomebodyTookItAway_AndNothingElseIsTouched()
    {
        using var replica = NewReplica();
        await SettleAsync(replica);
        string right = Server.Bundle();
        Server.Change(RegistrationServer.Validating, c =>
        {
            c["webhooks"]![0]!["clientConfig"]!.AsObject().Remove("caBundle");
            c["webhooks"]![1]!["clientConfig"]!["caBundle"] = Convert.ToBase64String("nonsense"u8);
            c["webhooks"]![0]!["failurePolicy"] = "Ignore";
            c["webhooks"]![0]!["matchConditions"] = new JsonArray("kept");
        });

        await replica.PassAsync();

        var webhooks = Server.Find(RegistrationServer.Validating)!["webhooks"]!;
        Assert.Equal(right, Server.Bundle());
        Assert.Equal((string?)webhooks[0]!["clientConfig"]!["caBundle"], (string?)webhooks[1]!["clientConfig"]!["caBundle"]);
        Assert.Equal(("Ignore", "Fail", "multinet-webhook"), ((string?)webhooks[0]!["failurePolicy"], (string?)webhooks[1]!["failurePolicy"], (string?)webhooks[0]!["clientConfig"]!["service"]!["name"]));
        Assert.Equal("""["kept"]""", webhooks[0]!["matchConditions"]!.ToJsonString());
    }

    [Fact]
    public async Task WebhooksThatAreRegisteredLater_GetTheirBundleThen()
    {
        Server.Delete(RegistrationServer.Validating);
        using var replica = NewReplica();
        await replica.PassAsync();
        Assert.NotNull(replica.Certificate.Current);

        Server.Register(RegistrationServer.Validating, "pods.multinet.io");
        await replica.PassAsync();

        AssertAccepted(replica);
    }

    [Fact]
    public async Task ReplicaThatMayNotPublish_ShowsACertificateAfterAWhile()
    {
        using (var before = NewReplica())
            await SettleAsync(before);
        Server.Before = async context =>
        {
            if (!context.Request.Path.Value!.Contains("webhookconfigurations", StringComparison.Ordinal))
                return false;
            await context.StatusAsync(403, "Forbidden");
            return true;
        };
        using var replica = NewReplica();

        await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);
        Assert.Null(replica.Certificate.Current);
        Clock.Pass(SelfManagedCertificate.Patience);
        await Assert.ThrowsAsync<KubeApiException>(replica.PassAsync);

        AssertAccepted(replica);
    }
}
