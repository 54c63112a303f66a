using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>MultiNet's own configuration, as an administrator may have written it.</summary>
public sealed class ConfigurationTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private const string Bridge = """{"type": "bridge", "bridge": "br-storage"}""";

    // Keys to change; null removes one.
    private static readonly BadCases<string> Changes = new()
    {
        { "no network at all", """{"clusterNetwork": null}""", 7, "at least one delegate/clusterNetwork" },
        { "no delegates", """{"clusterNetwork": null, "delegates": []}""", 7, "at least one delegate/clusterNetwork" },
        { "delegates object", """{"delegates": {}}""", 6, "delegates", "an array" },
        { "delegates null", """{"clusterNetwork": null, "delegates": [null]}""", 6, "delegates[0]", "null" },
        { "delegates text", """{"clusterNetwork": null, "delegates": ["bridge"]}""", 6, "delegates[0]" },
        { "delegate empty", """{"clusterNetwork": null, "delegates": [{}]}""", 7, "delegates[0]", "missing 'type'" },
        { "delegate list empty", """{"clusterNetwork": null, "delegates": [{"plugins": []}]}""", 7, "no plugins in list", "delegates[0]" },
        { "delegate unknown", """{"clusterNetwork": null, "delegates": [{"type": "nothing"}]}""", 999, "nothing", "/opt/cni/bin" },
        { "delegate is multinet", """{"clusterNetwork": null, "delegates": [{"type": "multinet"}]}""", 7, "multinet itself" },
        { "delegates twice the interface", $$"""{"clusterNetwork": null, "delegates": [{{Bridge}}], "defaultNetworks": ["nowhere"]}""", 7, "defaultNetworks", "nowhere" },
        { "clusterNetwork number", """{"clusterNetwork": 1}""", 6, "clusterNetwork", "a string" },
        { "clusterNetwork unknown", """{"clusterNetwork": "nowhere"}""", 7, "clusterNetwork", "nowhere", "kube-system", "/etc/cni/multus/net.d" },
        { "clusterNetwork missing file", """{"clusterNetwork": "/etc/cni/net.d/10-none.conflist"}""", 7, "clusterNetwork", "/etc/cni/net.d/10-none.conflist" },
        { "clusterNetwork empty folder", """{"clusterNetwork": "/etc/cni/net.d"}""", 7, "clusterNetwork: no networks found in /etc/cni/net.d", ".conflist" },
        { "clusterNetwork device", """{"clusterNetwork": "/dev/zero"}""", 5, "/dev/zero", "not a regular file" },
        { "clusterNetwork no JSON", """{"clusterNetwork": "/etc/passwd"}""", 6, "/etc/passwd", "not valid JSON" },
        { "clusterNetwork with a zero byte", """{"clusterNetwork": "/etc/\u0000passwd"}""", 7, "clusterNetwork" },
        { "defaultNetworks text", """{"defaultNetworks": "storage"}""", 6, "defaultNetworks", "an array" },
        { "defaultNetworks null item", """{"defaultNetworks": [null]}""", 7, "defaultNetworks" },
        { "defaultNetworks missing file", """{"defaultNetworks": ["/nowhere/x.conf"]}""", 7, "defaultNetworks", "/nowhere/x.conf" },
        { "confDir relative", """{"confDir": "net.d"}""", 7, "confDir", "absolute" },
        { "confDir number", """{"confDir": 5}""", 6, "confDir" },
        { "cniDir relative", """{"cniDir": "multus"}""", 7, "cniDir", "absolute" },
        { "cniDir is a file", """{"cniDir": "/etc/passwd"}""", 5, "/etc/passwd" },
        { "cniDir with a zero byte", """{"cniDir": "/var/\u0000x"}""", 7, "cniDir" },
        { "binDir relative", """{"binDir": "."}""", 7, "binDir", "absolute" },
        { "stateDir relative", """{"stateDir": "x"}""", 7, "stateDir", "absolute" },
        { "stateDir is a file", """{"stateDir": "/etc/passwd"}""", 5, "/etc/passwd" },
        { "stateDir with a zero byte", """{"stateDir": "/var/lib/\u0000x"}""", 7, "stateDir" },
        { "stateDir too long", $$"""{"stateDir": "/{{new string('a', 300)}}"}""", 5, "aaaa", "too long" },
        { "manifestDir missing", """{"manifestDir": "/nowhere"}""", 7, "/nowhere", "no such folder" },
        { "manifestDir is a file", """{"manifestDir": "/etc/passwd"}""", 7, "/etc/passwd" },
        { "manifestDir number", """{"manifestDir": []}""", 6, "manifestDir" },
        { "manifestDir relative", """{"manifestDir": "manifests"}""", 7, "manifestDir", "absolute" },
        { "manifestDir with a zero byte", """{"manifestDir": "/etc/\u0000"}""", 7, "manifestDir" },
        { "kubeconfig number", """{"kubeconfig": {}}""", 6, "kubeconfig" },
        { "logLevel unknown", """{"logLevel": "loud"}""", 7, "logLevel", "loud", "debug" },
        { "logFile number", """{"logFile": 1}""", 6, "logFile" },
        { "logToStderr text", """{"logToStderr": "true"}""", 6, "logToStderr", "a boolean" },
        { "logOptions list", """{"logOptions": []}""", 6, "logOptions" },
        { "logOptions negative", """{"logOptions": {"maxAge": -1}}""", 7, "logOptions.maxAge" },
        { "logOptions fraction", """{"logOptions": {"maxSize": 1.5}}""", 6, "logOptions.maxSize" },
        { "readinessindicatorfile number", """{"readinessindicatorfile": 1}""", 6, "readinessindicatorfile" },
        { "namespaceIsolation number", """{"namespaceIsolation": 1}""", 6, "namespaceIsolation" },
        { "globalNamespaces list", """{"globalNamespaces": ["default"]}""", 6, "globalNamespaces", "a string" },
        { "systemNamespaces text", """{"systemNamespaces": "kube-system"}""", 6, "systemNamespaces", "an array" },
        { "systemNamespaces numbers", """{"systemNamespaces": [1]}""", 6, "systemNamespaces[0]" },
        { "multusNamespace number", """{"multusNamespace": 1}""", 6, "multusNamespace" },
        { "auxiliary chain without a file", """{"clusterNetwork": "x", "auxiliaryCNIChainName": "chain"}""", 7, "auxiliaryCNIChainName", "clusterNetwork" },
        { "auxiliary chain climbing", """{"auxiliaryCNIChainName": "../x"}""", 7, "auxiliaryCNIChainName", "/" },
        { "builtin unknown", """{"builtin": "always"}""", 7, "builtin", "always", "first" },
        { "builtin of unknown plugins", """{"builtin": ["bridge", "unknown"]}""", 7, "builtin", "unknown" },
        { "builtin number", """{"builtin": 1}""", 6, "builtin" },
        { "parallel unknown", """{"parallel": "some"}""", 7, "parallel", "some", "builtin" },
        { "timeout zero", """{"attachmentTimeoutSeconds": 0}""", 7, "attachmentTimeoutSeconds", "3600" },
        { "timeout text", """{"attachmentTimeoutSeconds": "5"}""", 6, "attachmentTimeoutSeconds" },
        { "capabilities list", """{"runtimeConfig": []}""", 6, "runtimeConfig" },
        { "capability that is no text", """{"runtimeConfig": {"\ud800": 1}}""", 6, "runtimeConfig", "Unicode" },
        { "args text", """{"args": "x"}""", 6, "args" },
        { "name missing", """{"name": null}""", 7, "name" },
        { "name climbing", """{"name": "../x"}""", 7, "network name" },
        { "version unknown", """{"cniVersion": "7.0.0"}""", 1, "incompatible CNI versions", "7.0.0", "1.1.0" },
        { "version text", """{"cniVersion": "latest"}""", 1, "latest" },
        { "version number", """{"cniVersion": 1}""", 6, "cniVersion" },
        { "version without CHECK", """{"cniVersion": "9999999999999999999.0.0"}""", 1, "9999999999999999999.0.0" },
    };

    public static TheoryData<string> Names => Changes.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_IsRefused_WhenTheConfigurationHas(string name)
    {
        var bad = Changes[name];
        node.DefinePod(BadInputNode.Pod, "storage");
        var changes = JsonText(bad.Input);
        await node.MustFailAsync(Call.Of("ADD", changes), bad.Code, bad.Says);

        // Other verbs may succeed with what they need of it, or be refused; they never hang, crash or leave anything.
        foreach (var command in new[] { "DEL", "CHECK", "STATUS", "GC" })
        {
            var answer = await node.RunAsync(Call.Of(command, changes));
            if (answer.ExitCode != 0)
            {
                answer.MustBeAnError();
            }
        }

        await node.NothingMustBeLeftAsync($"DEL, CHECK, STATUS and GC with {bad.Input}");
    }

    [Fact]
    public async Task Add_WaitsForTheDefaultNetwork_AndSaysSo() =>
        (await node.RunAsync(Call.Of("STATUS", JsonText("""{"cniVersion": "1.1.0", "readinessindicatorfile": "/nowhere/ready"}"""))))
            .MustSay(50, ["/nowhere/ready"]);

    [Fact]
    public async Task DeepRuntimeConfig_IsReleasedAgain()
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        var deep = $$"""{"runtimeConfig": {"x": {{new string('[', 60)}}{{new string(']', 60)}} } }""";
        (await node.RunAsync(Call.Of("ADD", BadInputNode.Configuration([]).Insert(1, deep[1..^1] + ",")))).MustSucceed();
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync("ADD and DEL");
    }

    // Lone surrogates survive only as text: the node's writer would refuse them.
    private static string JsonText(string changes)
    {
        var own = BadInputNode.Configuration([]);
        foreach (var (key, _) in JsonNode.Parse(changes.Replace("\\ud800", "", StringComparison.Ordinal))!.AsObject())
        {
            own = BadInputNode.Without(own, key);
        }

        return own.Insert(1, changes.Trim()[1..^1] + ",");
    }
}
