using MultiNet.Cni;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests.Configuration;

/// <summary>A configuration in several files, as the components of deploy/webhook bring one each.</summary>
public sealed class FurtherFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string File(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KeysOfFurtherFiles_ReplaceThoseOfTheFirst_AsAWhole()
    {
        string first = File("webhook.json", """{"certificates": {"serviceName": "a", "secretName": "s"}, "mutation": {"enabled": false, "resources": false}, "drainSeconds": 3}""");
        File("webhook-mutation.json", """{"mutation": {"enabled": true}}""");
        File("webhook-cert-manager.json", """{"certificates": {"mode": "files", "serviceName": "b"}}""");
        File("other.json", """{"drainSeconds": 5}""");
        File("webhook.json.bak", "{");
        var config = WebhookConfigReader.Load(first);
        Assert.Equal((CertificateMode.Files, "b", "multinet-webhook-ca"), (config.Certificates.Mode, config.Certificates.ServiceName, config.Certificates.SecretName));
        Assert.True(config.Mutation is { Enabled: true, Resources: true });
        Assert.Equal(TimeSpan.FromSeconds(3), config.Drain);
    }

    [Fact]
    public void TheLastOfSeveral_ByName_Counts()
    {
        string first = File("webhook.json", """{"drainSeconds": 1}""");
        File("webhook-b.json", """{"DRAINSECONDS": 3}""");
        File("webhook-a.json", """{"drainSeconds": 2}""");
        Assert.Equal(TimeSpan.FromSeconds(3), WebhookConfigReader.Load(first).Drain);
    }

    [Theory]
    [InlineData("{", "webhook-a.json: not valid JSON")]
    [InlineData("[]", "webhook-a.json: expected an object")]
    [InlineData("""{"zzz": 1}""", "webhook.json with webhook-a.json")]
    public void WhatIsWrongInOne_IsToldWithItsName(string text, string message)
    {
        string first = File("webhook.json", "{}");
        File("webhook-a.json", text);
        Assert.Contains(message, Assert.Throws<CniException>(() => WebhookConfigReader.Load(first)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ComponentsOfTheDeployment_CanBeCombined()
    {
        string first = File("webhook.json", Repository.Read("deploy/webhook/base/webhook.json"));
        foreach (string component in (string[])["mutation", "cert-manager", "workloads"])
            File($"webhook-{component}.json", Repository.Read($"deploy/webhook/components/{component}/webhook-{component}.json"));
        var config = WebhookConfigReader.Load(first);
        Assert.Equal((CertificateMode.Files, "/etc/multinet-certificate/tls.crt", "multinet-webhook"), (config.Certificates.Mode, config.Certificates.CertFile, config.Certificates.ServiceName));
        Assert.True(config is { Mutation.Enabled: true, AskWorkloads: true });
    }

    [Fact]
    public async Task FurtherFileThatComes_TakesEffect()
    {
        string first = File("webhook.json", "{}");
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { ConfigFile = first, ConfigPeriod = TimeSpan.FromMilliseconds(20) });
        var bad = Review.Definition("""{"type": 7}""");
        Assert.False((await webhook.ReviewAsync(bad)).GetProperty("allowed").GetBoolean());
        System.IO.File.Move(File("new", """{"validation": {"profile": "audit"}}"""), Path.Combine(_folder.Path, "webhook-audit.json"));
        await Eventually.TrueAsync(() => webhook.ReviewAsync(bad).GetAwaiter().GetResult().GetProperty("allowed").GetBoolean(), "the new policy");
    }
}
