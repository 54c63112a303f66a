using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public class DefinitionRulesTests
{
    private static IReadOnlyList<Problem> Problems(string? config, string name = "net1", string? resource = null) => new NetworkAttachmentDefinition
    {
        Namespace = "ns1",
        Name = name,
        Config = config,
        Annotations = resource is null ? [] : new Dictionary<string, string> { [AnnotationKeys.ResourceName] = resource },
    }.FindProblems();

    [Theory]
    [InlineData("""{"cniVersion": "1.1.0", "name": "net1", "type": "bridge", "ipam": {"type": "host-local", "subnet": "10.0.0.0/24"}, "x": [1]}""")]
    [InlineData("""{"cniVersion": "0.3.1", "type": "macvlan"}""")]
    [InlineData("""{"cniVersion": "1.0.0", "plugins": [{"type": "bridge", "capabilities": {"ips": true, "custom": false}, "args": {"cni": {}}}, {"type": "tuning"}]}""")]
    [InlineData("""{"cniVersions": ["0.4.0", "1.1.0", "9.9.9"], "plugins": [{"type": "ptp"}], "disableCheck": "TRUE", "disableGC": false}""")]
    [InlineData("""{"cniVersion": "9.0.0", "cniVersions": ["1.0.0"], "type": "ptp"}""")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "bridge", "ipam": {}}""")]
    public void Definition_HasNoProblems_WhenGood(string config) => Assert.Empty(Problems(config, resource: "intel.com/sriov_net-A.1"));

    [Theory]
    [InlineData("{", "NAD-004", "spec.config")]
    [InlineData("type: bridge", "NAD-004", "spec.config")]
    [InlineData("{\"type\": \"bridge\",}", "NAD-004", "spec.config")]
    [InlineData("[]", "NAD-005", "spec.config")]
    [InlineData("\"x\"", "NAD-005", "spec.config")]
    [InlineData("null", "NAD-005", "spec.config")]
    [InlineData("{}", "NAD-008", "spec.config")]
    [InlineData("""{"type": null}""", "NAD-008", "spec.config")]
    [InlineData("""{"plugins": {}}""", "NAD-009", "spec.config.plugins")]
    [InlineData("""{"plugins": []}""", "NAD-009", "spec.config.plugins")]
    [InlineData("""{"plugins": [null, {"type": "a"}]}""", "NAD-009", "spec.config.plugins[0]")]
    [InlineData("""{"plugins": ["bridge"]}""", "NAD-009", "spec.config.plugins[0]")]
    [InlineData("""{"plugins": [{"name": "x"}]}""", "NAD-010", "spec.config.plugins[0]")]
    [InlineData("""{"plugins": [{"type": "a"}, {"type": 5}]}""", "NAD-010", "spec.config.plugins[1].type")]
    [InlineData("""{"type": ""}""", "NAD-010", "spec.config.type")]
    [InlineData("""{"type": "../bridge"}""", "NAD-010", "spec.config.type")]
    [InlineData("""{"type": ".."}""", "NAD-010", "spec.config.type")]
    [InlineData("""{"type": "my bridge"}""", "NAD-010", "spec.config.type")]
    [InlineData("""{"type": "bridge", "ipam": {"type": "/bin/sh"}}""", "NAD-010", "spec.config.ipam.type")]
    [InlineData("""{"type": "a", "cniVersion": 1}""", "NAD-014", "spec.config.cniVersion")]
    [InlineData("""{"type": "a", "cniVersion": "one"}""", "NAD-014", "spec.config.cniVersion")]
    [InlineData("""{"type": "a", "cniVersion": "1.2.0"}""", "NAD-014", "spec.config.cniVersion")]
    [InlineData("""{"type": "a", "cniVersions": "1.0.0"}""", "NAD-014", "spec.config.cniVersions")]
    [InlineData("""{"type": "a", "cniVersions": ["x"]}""", "NAD-014", "spec.config.cniVersions[0]")]
    [InlineData("""{"type": "a", "cniVersions": [1]}""", "NAD-014", "spec.config.cniVersions[0]")]
    [InlineData("""{"type": "a", "disableCheck": "yes"}""", "NAD-016", "spec.config.disableCheck")]
    [InlineData("""{"type": "a", "disableGC": 1}""", "NAD-016", "spec.config.disableGC")]
    [InlineData("""{"type": "a", "name": 5}""", "NAD-018", "spec.config.name")]
    [InlineData("""{"type": "a", "name": "a/b"}""", "NAD-018", "spec.config.name")]
    [InlineData("""{"type": "a", "capabilities": ["mac"]}""", "NAD-024", "spec.config.capabilities")]
    [InlineData("""{"type": "a", "capabilities": {"mac": "true"}}""", "NAD-024", "spec.config.capabilities.mac")]
    [InlineData("""{"type": "a", "ipam": "host-local"}""", "NAD-026", "spec.config.ipam")]
    [InlineData("""{"type": "a", "args": []}""", "NAD-029", "spec.config.args")]
    [InlineData("""{"type": "a", "args": {"cni": 1}}""", "NAD-029", "spec.config.args.cni")]
    public void Definition_IsRefused_WhenBad(string config, string rule, string path) =>
        Assert.Contains(Problems(config), p => p.IsError && (p.Rule, p.Path) == (rule, path) && p.Line == 1 && p.Column > 0);

    [Theory]
    [InlineData(null, "NAD-003")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "type": "b"}""", "NAD-006")]
    [InlineData("""{"cniVersion": "1.1.0", "Type": "a"}""", "NAD-006")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "plugins": [{"type": "a"}]}""", "NAD-007")]
    [InlineData("""{"type": "a"}""", "NAD-015")]
    [InlineData("""{"cniVersion": "0.2.0", "plugins": [{"type": "a"}]}""", "NAD-015")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "loadOnlyInlinedPlugins": true}""", "NAD-017")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "name": "other"}""", "NAD-019")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "capabilities": {"portmappings": true}}""", "NAD-025")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "capabilities": {"ip": true}}""", "NAD-025")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "runtimeConfig": {}}""", "NAD-028")]
    [InlineData("""{"cniVersion": "1.1.0", "type": "a", "cni.dev/x": 1}""", "NAD-028")]
    public void Definition_Warns_WhenDoubtful(string? config, string rule)
    {
        var problem = Assert.Single(Problems(config));
        Assert.Equal((rule, false), (problem.Rule, problem.IsError));
    }

    [Theory]
    [InlineData("vf")]
    [InlineData("/vf")]
    [InlineData("intel.com/")]
    [InlineData("intel.com/a/b")]
    [InlineData("Intel.com/vf")]
    public void Definition_IsRefused_WhenResourceNameIsNone(string resource) =>
        Assert.Equal("NAD-032", Assert.Single(Problems("""{"cniVersion": "1.1.0", "type": "a"}""", resource: resource)).Rule);

    [Fact]
    public void Definition_Warns_WhenNameIsNoLabel() =>
        Assert.Equal("NAD-001", Assert.Single(Problems("""{"cniVersion": "1.1.0", "type": "a"}""", name: "net.1")).Rule);

    [Fact]
    public void Definition_TellsAllProblems_WhenSeveralAreBad()
    {
        var problems = Problems("""{"cniVersion": "7", "name": "a b", "plugins": [null, {"type": 5, "args": 1, "capabilities": []}]}""");
        Assert.Equal(["NAD-009", "NAD-010", "NAD-014", "NAD-018", "NAD-024", "NAD-029"], problems.Select(p => p.Rule).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Definition_IsRefused_WhenConfigIsHuge() =>
        Assert.Equal("NAD-002", Assert.Single(Problems("{\"type\": \"" + new string('a', 1 << 20) + "\"}")).Rule);

    [Fact]
    public void Definition_AnswersWithProblems_WhenConfigIsMutated()
    {
        const string valid = """{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "bridge", "capabilities": {"ips": true}, "ipam": {"type": "static"}, "args": {"cni": {}}}]}""";
        var random = new Random(4);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(valid);
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                int at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text.Remove(at, random.Next(Math.Min(12, text.Length - at)));
                else
                    text.Insert(at, ((string[])["null", "[]", "{", "}", "\"", "\\ud800", "5", ",", "\u0000"])[random.Next(9)]);
            }
            var definition = new NetworkAttachmentDefinition { Namespace = "a", Name = "b", Config = text.ToString() };
            bool isJson = !definition.FindProblems().Any(p => p.Rule is "NAD-004" or "NAD-005");
            if (isJson)
                Assert.True(definition.EffectiveConfig()!.Value.Length > 0);
            else if (definition.HasConfig)
                Assert.Throws<CniException>(() => definition.EffectiveConfig());
        }
    }
}
