using System.Net;
using System.Text;
using MultiNet.Cni;
using MultiNet.Hosting.Logging;
using MultiNet.Validation;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests.Configuration;

/// <summary>The configuration: defaults, every key, what is refused, and a file that changes while the webhook runs.</summary>
public sealed class ConfigTests
{
    private const string Bad = """{"cniVersion":"1.0.0","type":"vlan","master":"eth1","vlanId":5000,"ipam":{"type":"dhcp"}}""";

    private static WebhookConfig Read(string json) => WebhookConfigReader.Read(Encoding.UTF8.GetBytes(json), "webhook.json");

    [Fact]
    public void EmptyObject_HasTheDefaults()
    {
        var config = Read("{}");

        Assert.Equal((8443, 8081), (config.Listen.Port, config.HealthListen!.Port));
        Assert.Equal(CertificateMode.Self, config.Certificates.Mode);
        Assert.Equal("multinet-webhook.multinet-webhook.svc", config.Certificates.HostName);
        Assert.Equal(["default"], config.Validation.GlobalNamespaces);
        Assert.False(config.Mutation.Enabled);
        Assert.Equal(new LimitConfig(), config.Limits);
    }

    [Fact]
    public void Values_AreRead()
    {
        var config = Read("""
            {"listen": "10.0.0.1:9443", "healthListen": "off", "kubeconfig": "/k", "clusterKnowledge": "required",
             "certificates": {"mode": "files", "certFile": "/c", "keyFile": "/d", "secretNamespace": "net", "serviceName": "hook", "webhookConfigurations": ["a", "b"]},
             "validation": {"profile": "strict", "rules": {"MN-VL-002": "off", "MN-NAD-030": "deny"}, "namespaceIsolation": true, "globalNamespaces": "a, b",
                            "clusterNetworks": ["10.0.0.0/8"], "defaultNetworks": ["kube-system/x"]},
             "mutation": {"enabled": true, "interfaceNames": true}, "limits": {"reviews": 7}, "drainSeconds": 0, "logLevel": "debug"}
            """);

        Assert.Equal(IPEndPoint.Parse("10.0.0.1:9443"), config.Listen);
        Assert.Null(config.HealthListen);
        Assert.Equal(("hook.net.svc", ClusterKnowledgeUse.Required), (config.Certificates.HostName, config.ClusterKnowledge));
        Assert.Equal(["a", "b"], config.Certificates.WebhookConfigurations);
        Assert.Equal(PolicyProfile.Strict, config.Validation.Policy.Profile);
        Assert.Equal((RuleAction.Off, RuleAction.Deny), (config.Validation.Policy.Rules["MN-VL-002"], config.Validation.Policy.Rules["MN-NAD-030"]));
        Assert.Equal(["a", "b"], config.Validation.GlobalNamespaces);
        Assert.True(config.Validation.NamespaceIsolation && config.Mutation is { Enabled: true, InterfaceNames: true });
        Assert.Equal((7, TimeSpan.Zero, DaemonLogLevel.Debug), (config.Limits.Reviews, config.Drain, config.LogLevel));
    }

    [Theory]
    [InlineData("""{"lissten": ":1"}""", "did you mean listen?")]
    [InlineData("""{"listen": "here"}""", "no address to listen on")]
    [InlineData("""{"listen": "off"}""", "no address to listen on")]
    [InlineData("""{"certificates": {"mode": "magic"}}""", "allowed: self, files")]
    [InlineData("""{"certificates": {"serviceName": "a/b"}}""", "no name")]
    [InlineData("""{"certificates": {"certFile": "c"}}""", "no absolute path")]
    [InlineData("""{"certificates": {"x": 1}}""", "certificates: unknown key \"x\"")]
    [InlineData("""{"validation": {"profile": "lax"}}""", "allowed: standard, strict, audit")]
    [InlineData("""{"validation": {"rules": {"MN-XX-999": "off"}}}""", "there is no such rule")]
    [InlineData("""{"validation": {"rules": {"MN-VL-002": "maybe"}}}""", "allowed: off, warn, deny")]
    [InlineData("""{"validation": {"clusterNetworks": ["x"]}}""", "no network")]
    [InlineData("""{"validation": {"podInterface": "a/b"}}""", "no name of an interface")]
    [InlineData("""{"limits": {"reviews": 0}}""", "not between 1 and 10000")]
    [InlineData("""{"limits": {"bodyBytes": 1}}""", "not between")]
    [InlineData("""{"mutation": {"enabled": "yes"}}""", "enabled")]
    [InlineData("""{"drainSeconds": 301}""", "not between 0 and 300")]
    [InlineData("""{"logLevel": "loud"}""", "allowed: debug")]
    [InlineData("[]", "an object")]
    [InlineData("", "not valid JSON")]
    public void WrongValue_IsRefused(string json, string message) => Assert.Contains(message, Assert.Throws<CniException>(() => Read(json)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"zzz": 1}""")]
    [InlineData("""{"certificates": {"zzz": 1}}""")]
    [InlineData("""{"validation": {"zzz": 1}}""")]
    [InlineData("""{"mutation": {"zzz": 1}}""")]
    [InlineData("""{"limits": {"zzz": 1}}""")]
    public void EveryKey_IsDocumented(string json)
    {
        string page = Repository.Read("docs/webhook.md");
        string known = Assert.Throws<CniException>(() => Read(json)).Details;
        foreach (string key in known["known are ".Length..].Split(", "))
            Assert.Contains($"| `{key}` |", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedFile_TakesEffect_AndABadOneIsNotTakenOver()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "webhook.json");
        await File.WriteAllTextAsync(file, "{}");
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { ConfigFile = file, ConfigPeriod = TimeSpan.FromMilliseconds(20) });
        Assert.False(await IsAllowedAsync(webhook));

        Replace(file, """{"validation": {"profile": "audit"}}""");
        await Eventually.TrueAsync(() => IsAllowedAsync(webhook).GetAwaiter().GetResult(), "the new policy");

        Replace(file, """{"validation": {"profile": "lax"}}""");
        await Eventually.TrueAsync(() => Counted(webhook, "refused"), "the refusal");
        Assert.True(await IsAllowedAsync(webhook));
        Assert.Contains("the old one is kept", webhook.Log(), StringComparison.Ordinal);

        File.Delete(file);
        Replace(file, """{"validation": {"profile": "standard"}, "listen": ":1"}""");
        await Eventually.TrueAsync(() => !IsAllowedAsync(webhook).GetAwaiter().GetResult(), "the next policy");
        await Eventually.TrueAsync(() => webhook.Log().Contains("need a restart", StringComparison.Ordinal), "the line about what needs a restart");
    }

    private static bool Counted(TestWebhook webhook, string result) =>
        webhook.Daemon.Metrics.Text().Contains($"multinet_admission_config_reloads_total{{result=\"{result}\"}} ", StringComparison.Ordinal);

    private static async Task<bool> IsAllowedAsync(TestWebhook webhook) => (await webhook.ReviewAsync(Review.Definition(Bad))).GetProperty("allowed").GetBoolean();

    private static void Replace(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
