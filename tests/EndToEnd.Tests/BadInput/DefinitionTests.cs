namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Whatever the configuration of an attachment definition holds. The pod has a good network before the bad one.</summary>
public sealed class DefinitionTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private static readonly BadCases<string?> Configurations = new()
    {
        // The configuration as a whole (cni-plugins.md 1.1).
        { "none, and no file of the name", null, 7, "no configuration", "/etc/cni/multus/net.d", "\"bad\"" },
        { "empty, and no file of the name", "", 7, "no configuration", "\"bad\"" },
        { "not JSON", "{", 6, "spec.config", "line 1" },
        { "null", "null", 6, "spec.config", "null" },
        { "list", "[]", 6, "expected an object" },
        { "deep nesting", "{\"type\": \"bridge\", \"x\": " + new string('[', 10_000), 6, "nested" },
        { "a megabyte", "{\"type\": \"bridge\", \"bridge\": \"br-storage\", \"x\": \"" + new string('x', 1 << 20) + "\", \"mtu\": \"y\"}", 6, "mtu" },
        { "no type", """{"cniVersion": "1.0.0"}""", 7, "missing 'type'" },
        { "type number", """{"type": 1}""", 6, "type", "a string" },
        { "type empty", """{"type": ""}""", 7, "missing 'type'" },
        { "type path", """{"type": "../bridge"}""", 7, "../bridge" },
        { "type unknown", """{"type": "unknown"}""", 999, "failed to find plugin \"unknown\"", "/opt/cni/bin" },
        { "type itself", """{"type": "multinet", "clusterNetwork": "bad"}""", 7, "multinet itself" },
        { "plugins object", """{"name": "bad", "plugins": {}}""", 6, "plugins", "an array" },
        { "plugins empty", """{"name": "bad", "plugins": []}""", 7, "no plugins in list" },
        { "plugins null item", """{"name": "bad", "plugins": [null]}""", 6, "plugins[0]", "null" },
        { "plugins without type", """{"name": "bad", "plugins": [{"type": "bridge"}, {}]}""", 7, "missing 'type'", "plugins[1]" },
        { "plugins in plugins", """{"name": "bad", "plugins": [{"plugins": [{"type": "bridge"}]}]}""", 7, "missing 'type'" },
        { "name number", """{"name": 5, "type": "bridge"}""", 6, "name", "a string" },
        { "name with blank", """{"name": "a b", "type": "bridge", "bridge": "br-storage"}""", 7, "network name", "a b" },
        { "name climbing", """{"cniVersion": "1.0.0", "name": "../../x", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.90.0.0/24"}}""", 7, "network name", "../../x" },
        { "name too long", $$"""{"cniVersion": "1.0.0", "name": "{{new string('n', 250)}}", "type": "bridge", "bridge": "br-storage"}""", 7, "network name", "too long" },
        { "version number", """{"cniVersion": 1, "type": "bridge"}""", 6, "cniVersion", "a string" },
        { "version unknown", """{"cniVersion": "9.9.9", "type": "bridge", "bridge": "br-storage"}""", 1, "incompatible CNI versions", "9.9.9" },
        { "version text", """{"cniVersion": "new", "type": "bridge", "bridge": "br-storage"}""", 1, "new" },
        { "versions text", """{"cniVersions": "1.0.0", "type": "bridge"}""", 6, "cniVersions" },
        { "disableCheck text", """{"name": "bad", "disableCheck": "maybe", "plugins": [{"type": "bridge"}]}""", 7, "disableCheck", "maybe" },
        { "capabilities list", """{"type": "bridge", "capabilities": []}""", 6, "capabilities" },
        { "capabilities text", """{"type": "bridge", "capabilities": {"ips": "yes"}}""", 6, "capabilities", "ips" },
        { "args text", """{"type": "bridge", "args": "x"}""", 6, "args" },
        { "args.cni list", """{"type": "bridge", "args": {"cni": []}}""", 6, "args.cni" },
        { "inlined only, and none", """{"name": "bad", "loadOnlyInlinedPlugins": true}""", 7, "loadOnlyInlinedPlugins" },

        // The keys of the plugins.
        { "bridge number", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": 1}""", 6, "bridge", "a string" },
        { "bridge too long", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "a-name-of-sixteen"}""", 7, "a-name-of-sixteen" },
        { "bridge is no bridge", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "lo"}""", 999, "lo", "bridge" },
        { "mtu text", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "mtu": "1500"}""", 6, "mtu" },
        { "mtu negative", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "mtu": -1}""", 7, "MTU -1", "68" },
        { "mtu too large", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "mtu": 2000000000}""", 7, "MTU 2000000000", "65535" },
        { "isGateway text", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "isGateway": "true"}""", 6, "isGateway", "a boolean" },
        { "vlan out of range", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "vlan": 4095}""", 7, "VLAN ID 4095", "4094" },
        { "mac bad", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "runtimeConfig": {"mac": "xx"}}""", 7, "mac", "xx" },
        { "ipam text", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": "host-local"}""", 6, "ipam", "an object" },
        { "ipam type unknown", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "nothing"}}""", 999, "nothing", "/opt/cni/bin" },
        { "ipam type path", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "/bin/sh"}}""", 7, "/bin/sh" },
        { "subnet bad", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/99"}}""", 6, "10.1.0.0/99" },
        { "subnet missing", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local"}}""", 7, "range" },
        { "subnet too small", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/32"}}""", 7, "10.1.0.0/32" },
        { "ranges null item", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "ranges": [null]}}""", 7, "range set 0" },
        { "ranges empty set", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "ranges": [[]]}}""", 7, "range set 0" },
        { "ranges flat", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "ranges": [{"subnet": "10.1.0.0/24"}]}}""", 6, "ranges[0]", "an array" },
        { "ranges overlapping", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.1.0.0/24"}], [{"subnet": "10.1.0.0/16"}]]}}""", 7, "overlap" },
        { "range start outside", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24", "rangeStart": "10.2.0.1"}}""", 7, "10.2.0.1" },
        { "routes object", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24", "routes": {}}}""", 6, "routes" },
        { "route bad", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24", "routes": [{"dst": "everywhere"}]}}""", 6, "everywhere" },
        { "route via nowhere", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.71.1.0/24", "routes": [{"dst": "10.9.0.0/16", "gw": "192.0.2.1"}]}}""", 999, "10.9.0.0/16", "192.0.2.1" },
        { "resolvConf missing", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24", "resolvConf": "/nowhere"}}""", 5, "/nowhere" },
        { "dataDir is a file", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24", "dataDir": "/etc/passwd"}}""", 5, "/etc/passwd" },
        { "static without addresses", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "static"}}""", 999, "missing IP config", "static" },
        { "static bad address", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "static", "addresses": [{"address": "10.1.0.1"}]}}""", 7, "10.1.0.1" },
        { "static null address", """{"cniVersion": "1.0.0", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "static", "addresses": [null]}}""", 7, "address" },
        { "ptp without ipam", """{"cniVersion": "1.0.0", "type": "ptp"}""", 7, "ipam" },
        { "ptp mtu list", """{"cniVersion": "1.0.0", "type": "ptp", "mtu": [], "ipam": {"type": "static", "addresses": [{"address": "10.1.0.1/24"}]}}""", 6, "mtu" },
        { "masquerade backend", """{"cniVersion": "1.0.0", "type": "ptp", "ipMasq": true, "ipMasqBackend": "pf", "ipam": {"type": "static", "addresses": [{"address": "10.1.0.1/24", "gateway": "10.1.0.254"}]}}""", 7, "pf", "nftables" },
        { "tuning alone", """{"cniVersion": "1.0.0", "type": "tuning"}""", 7, "prevResult" },
        { "tuning unknown sysctl", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage"}, {"type": "tuning", "sysctl": {"net.nothing.at_all": "1"}}]}""", 999, "net.nothing.at_all" },
        { "tuning climbing sysctl", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage"}, {"type": "tuning", "sysctl": {"net/../../kernel.hostname": "x"}}]}""", 7, "sysctl" },
        { "tuning sysctl number", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage"}, {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": 1}}]}""", 6, "sysctl" },
        { "tuning bad value", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage"}, {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "many"}}]}""", 7, "arp_filter", "many" },
        { "tuning bad mac", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage"}, {"type": "tuning", "mac": "zz"}]}""", 7, "zz" },
        { "tuning huge mtu", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage"}, {"type": "tuning", "mtu": 99999999}]}""", 999, "mtu" },
    };

    public static TheoryData<string> Names => Configurations.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_IsRefused_WhenTheConfigurationIs(string name)
    {
        var bad = Configurations[name];
        node.DefinePod(BadInputNode.Pod, "storage,bad");
        node.Define("bad", bad.Input);
        await node.MustFailAsync(Call.Of("ADD", []), bad.Code, [$"pod default/{BadInputNode.Pod}", "default/bad", .. bad.Says]);
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
    }

    [Fact]
    public async Task Add_TellsTheReason_WhenTheFileOfTheNameIsBroken()
    {
        node.Node.Write("/etc/cni/multus/net.d/50-bad.conflist", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": }]}""");
        await node.RememberAsync();
        node.DefinePod(BadInputNode.Pod, "bad");
        node.Define("bad", null);

        await node.MustFailAsync(Call.Of("ADD", []), 7, $"pod default/{BadInputNode.Pod}", "default/bad", "50-bad.conflist", "not valid JSON");

        File.Delete(node.Node.Outside("/etc/cni/multus/net.d/50-bad.conflist"));
        await node.RememberAsync();
    }
}
