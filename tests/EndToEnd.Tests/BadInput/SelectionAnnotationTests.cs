using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Whatever a pod's annotations hold.</summary>
public sealed class SelectionAnnotationTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private const string Key = "k8s.v1.cni.cncf.io/networks";

    private static readonly BadCases<string> Annotations = new()
    {
        // The JSON form as a whole.
        { "null item", "[null]", 7, Key, "[0]", "null", "expected an object" },
        { "null among items", """[{"name": "storage"}, null]""", 7, "[1]", "null" },
        { "object", """{"name": "storage"}""", 7, "expected a list", "[ ]" },
        { "string", "\"storage\"", 7, "expected a list" },
        { "numbers", "[1, 2]", 7, "[0]", "expected an object" },
        { "list in the list", """[[{"name": "storage"}]]""", 7, "[0]", "an array" },
        { "two documents", """[{"name": "storage"}] [{"name": "storage"}]""", 7, "line 1" },
        { "broken off", """[{"name": "storage" """, 7, "line 1" },
        { "trailing comma", """[{"name": "storage"},]""", 7, "line 1" },
        { "deep nesting", new string('[', 100_000), 7, "nested" },
        { "deep objects", string.Concat(Enumerable.Repeat("[{\"name\":", 5000)), 7, "nested" },
        { "two pods' worth", "[" + string.Join(',', Enumerable.Repeat("""{"name": "storage"}""", 256)) + "]", 7, "256", "128" },
        { "a megabyte of items", "[" + string.Join(',', Enumerable.Repeat("""{"name": "storage"}""", 52_000)) + "]", 7, "262144" },
        { "a megabyte of one name", "[{\"name\": \"" + new string('a', 1 << 20) + "\"}]", 7, "262144" },
        { "a megabyte of nothing but commas", new string(',', 1 << 20), 7, "262144" },
        { "zero byte", "[{\"name\": \"sto\0rage\"}]", 7, "line 1" },
        { "escaped zero byte", """[{"name": "sto\u0000rage"}]""", 7, "name" },
        { "lone surrogate", """[{"name": "\ud800"}]""", 7, "name" },
        { "byte order mark alone", "\ufeff[", 7, Key },

        // Every field with a wrong type or value.
        { "no name", "[{}]", 7, "[0]", "\"name\" is required" },
        { "empty name", """[{"name": ""}]""", 7, "[0].name" },
        { "name number", """[{"name": 1}]""", 7, "[0].name", "a string" },
        { "name with namespace", """[{"name": "default/storage"}]""", 7, "\"namespace\"" },
        { "name upper case", """[{"name": "Storage"}]""", 7, "lower-case" },
        { "name climbing", """[{"name": "../../etc/passwd"}]""", 7, "[0].name" },
        { "namespace list", """[{"name": "storage", "namespace": []}]""", 7, "[0].namespace" },
        { "namespace climbing", """[{"name": "storage", "namespace": "../.."}]""", 7, "[0].namespace" },
        { "interface object", """[{"name": "storage", "interface": {}}]""", 7, "[0].interface" },
        { "interface too long", """[{"name": "storage", "interface": "sixteen-letters-"}]""", 7, "[0].interface", "16 bytes", "15" },
        { "interface too long in bytes", """[{"name": "storage", "interface": "ääääääää"}]""", 7, "16 bytes" },
        { "interface with slash", """[{"name": "storage", "interface": "a/b"}]""", 7, "[0].interface", "'/'" },
        { "interface dots", """[{"name": "storage", "interface": ".."}]""", 7, "reserved" },
        { "interface with blank", """[{"name": "storage", "interface": "a b"}]""", 7, "white space" },
        { "interface pattern", """[{"name": "storage", "interface": "net%d"}]""", 7, "'%'" },
        { "interface of the default network", """[{"name": "storage", "interface": "eth0"}]""", 7, "eth0", "default network" },
        { "interface lo", """[{"name": "storage", "interface": "lo"}]""", 7, "lo", "reserved" },
        { "interface twice", """[{"name": "storage", "interface": "a"}, {"name": "storage", "interface": "a"}]""", 7, "[1].interface", "[0]" },
        { "interface of the automatic name", """[{"name": "storage", "interface": "net2"}, {"name": "storage"}]""", 7, "net2", "default/storage" },
        { "ips text", """[{"name": "fixed", "ips": "10.72.0.9"}]""", 7, "[0].ips", "a list" },
        { "ips empty", """[{"name": "fixed", "ips": [""]}]""", 7, "[0].ips[0]" },
        { "ips null", """[{"name": "fixed", "ips": [null]}]""", 7, "[0].ips[0]", "null" },
        { "ips bad CIDR", """[{"name": "fixed", "ips": ["10.72.0.9/33"]}]""", 7, "10.72.0.9/33" },
        { "ips no address", """[{"name": "fixed", "ips": ["ten"]}]""", 7, "ten", "10.1.2.3/24" },
        { "ips multicast", """[{"name": "fixed", "ips": ["224.0.0.1"]}]""", 7, "224.0.0.1" },
        { "ips twice", """[{"name": "fixed", "ips": ["10.72.0.9", "10.72.0.9"]}]""", 7, "twice" },
        { "mac number", """[{"name": "fixed", "mac": 5}]""", 7, "[0].mac" },
        { "mac too short", """[{"name": "fixed", "mac": "02:00:00:00:01"}]""", 7, "[0].mac", "six bytes" },
        { "mac of eight bytes", """[{"name": "fixed", "mac": "02:00:00:00:00:00:00:01"}]""", 7, "[0].mac", "six bytes" },
        { "mac of a group", """[{"name": "fixed", "mac": "01:00:5e:00:00:01"}]""", 7, "[0].mac", "group" },
        { "mac zero", """[{"name": "fixed", "mac": "00:00:00:00:00:00"}]""", 7, "[0].mac", "zero" },
        { "guid of six bytes", """[{"name": "fixed", "infiniband-guid": "02:00:00:00:00:01"}]""", 7, "infiniband-guid", "eight bytes" },
        { "ports object", """[{"name": "fixed", "portMappings": {}}]""", 7, "portMappings" },
        { "port out of range", """[{"name": "fixed", "portMappings": [{"hostPort": 99999, "containerPort": -1}]}]""", 7, "99999", "65535" },
        { "port as text", """[{"name": "fixed", "portMappings": [{"hostPort": "80", "containerPort": 80}]}]""", 7, "hostPort" },
        { "port null", """[{"name": "fixed", "portMappings": [null]}]""", 7, "portMappings[0]", "null" },
        { "port protocol", """[{"name": "fixed", "portMappings": [{"hostPort": 1, "containerPort": 1, "protocol": "icmp"}]}]""", 7, "icmp", "sctp" },
        { "bandwidth list", """[{"name": "fixed", "bandwidth": []}]""", 7, "bandwidth" },
        { "bandwidth negative", """[{"name": "fixed", "bandwidth": {"ingressRate": -1}}]""", 7, "ingressRate" },
        { "bandwidth fraction", """[{"name": "fixed", "bandwidth": {"ingressRate": 1.5}}]""", 7, "ingressRate" },
        { "bandwidth huge", """[{"name": "fixed", "bandwidth": {"ingressRate": 99999999999999999999}}]""", 7, "ingressRate" },
        { "bandwidth burst without rate", """[{"name": "fixed", "bandwidth": {"egressBurst": 1}}]""", 7, "egressRate" },
        { "device number", """[{"name": "storage", "deviceID": 1}]""", 7, "deviceID" },
        { "cni-args list", """[{"name": "storage", "cni-args": []}]""", 7, "cni-args" },
        { "cni-args with a key that is no text", """[{"name": "storage", "cni-args": {"\ud800": 1}}]""", 7, "cni-args" },
        { "default-route text", """[{"name": "storage", "default-route": "10.71.0.1"}]""", 7, "default-route" },
        { "default-route with length", """[{"name": "storage", "default-route": ["10.71.0.1/24"]}]""", 7, "default-route", "10.71.0.1/24" },
        { "two default routes", """[{"name": "storage", "default-route": ["10.71.0.1", "10.71.0.2"]}]""", 7, "10.71.0.2", "one per family" },
        { "default routes of two", """[{"name": "storage", "default-route": ["10.71.0.1"]}, {"name": "fixed", "default-route": ["10.72.0.1"]}]""", 7, "10.72.0.1" },
        { "claim and addresses", """[{"name": "fixed", "ips": ["10.72.0.9"], "ipam-claim-reference": "vm"}]""", 7, "ipam-claim-reference" },

        // The comma form.
        { "empty item", "storage,", 7, "item 2", "empty" },
        { "only commas", ",,", 7, "item 1", "item 3" },
        { "two slashes", "a/b/c", 7, "a/b/c", "[namespace/]name[@interface]" },
        { "two at signs", "storage@a@b", 7, "storage@a@b" },
        { "no name before @", "@eth1", 7, "@eth1" },
        { "dots", "storage.x", 7, "JSON" },
        { "upper case", "Storage", 7, "Storage" },
        { "long interface", "storage@sixteen-letters-", 7, "sixteen-letters-", "15" },
        { "eth0", "storage@eth0", 7, "eth0", "default network" },
        { "same interface", "storage@a,fixed@a", 7, "item 2", "item 1" },
        { "control characters", "sto\u0001rage", 7, "\\u0001" },
        { "semicolons", "storage;fixed", 7, "storage;fixed" },

        // What only shows when the network is looked at.
        { "unknown network", "nowhere", 7, "(nowhere) in namespace (default)", BadInputNode.Manifests },
        { "unknown namespace", "elsewhere/storage", 7, "(storage) in namespace (elsewhere)" },
        { "ips without the capability", """[{"name": "storage", "ips": ["10.71.0.9"]}]""", 7, "default/storage", "\"ips\"", "capabilit" },
        { "mac without the capability", """[{"name": "storage", "mac": "02:00:00:00:00:09"}]""", 7, "default/storage", "\"mac\"" },
        { "ports without the capability", """[{"name": "fixed", "portMappings": [{"hostPort": 1, "containerPort": 1}]}]""", 7, "portMappings", "bridge, tuning" },
        { "bandwidth without the capability", """[{"name": "fixed", "bandwidth": {"ingressRate": 1}}]""", 7, "\"bandwidth\"" },
        { "guid without the capability", """[{"name": "fixed", "infiniband-guid": "c2:11:22:33:44:55:66:77"}]""", 7, "infiniband" },

        // What only shows when the network is attached: everything before it is taken back.
        { "address out of range", """[{"name": "storage"}, {"name": "fixed", "ips": ["192.0.2.1"]}]""", 7, "default/fixed", "net2", "192.0.2.1" },
        { "address of the gateway", """[{"name": "fixed", "ips": ["10.72.0.1"]}]""", 7, "default/fixed", "net1", "10.72.0.1" },
        { "address twice", """[{"name": "fixed", "ips": ["10.72.0.9"]}, {"name": "fixed", "ips": ["10.72.0.9"]}]""", 11, "default/fixed", "net2", "10.72.0.9" },
        { "gateway elsewhere", """[{"name": "storage", "default-route": ["192.0.2.1"]}]""", 999, "default-route", "192.0.2.1", "net1" },
    };

    private static readonly BadCases<string> DefaultNetworks = new()
    {
        { "two", "storage,fixed", 7, "v1.multus-cni.io/default-network" },
        { "empty list", "[]", 7, "default-network" },
        { "null", "[null]", 7, "[0]" },
        { "unknown", "nowhere", 7, "(nowhere) in namespace (kube-system)" },
        { "broken", "[{", 7, "line 1" },
        { "with an interface that is wanted twice", """[{"name": "storage", "namespace": "default", "interface": "net1"}]""", 7, "net1", "two networks" },
        { "with a name that is too long", "default/storage@sixteen-letters-", 7, "15" },
    };

    public static TheoryData<string> Names => Annotations.Names;

    public static TheoryData<string> DefaultNames => DefaultNetworks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_IsRefused_WhenTheAnnotationIs(string name)
    {
        var bad = Annotations[name];
        node.DefinePod(BadInputNode.Pod, bad.Input);
        await node.MustFailAsync(Call.Of("ADD", []), bad.Code, [$"pod default/{BadInputNode.Pod}", .. bad.Says]);

        // A runtime calls DEL after a failed ADD.
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
    }

    [Theory]
    [MemberData(nameof(DefaultNames))]
    public async Task Add_IsRefused_WhenTheDefaultNetworkAnnotationIs(string name)
    {
        var bad = DefaultNetworks[name];
        node.DefinePod(BadInputNode.Pod, "storage", bad.Input);
        await node.MustFailAsync(Call.Of("ADD", []), bad.Code, [$"pod default/{BadInputNode.Pod}", .. bad.Says]);
    }

    [Theory]
    [InlineData("elsewhere/storage", null)]
    [InlineData("", "elsewhere/storage")]
    public async Task Add_IsRefused_WhenNamespacesAreIsolated(string networks, string? defaultNetwork)
    {
        node.DefinePod(BadInputNode.Pod, networks, defaultNetwork);
        await node.MustFailAsync(
            Call.Of("ADD", new JsonObject { ["namespaceIsolation"] = true }), 7, $"pod default/{BadInputNode.Pod}", "elsewhere/storage", "namespace isolation");
    }

    [Fact]
    public async Task Add_IsRefused_WhenAnotherPodHasTheAddress()
    {
        node.DefinePod("pod2", """[{"name": "fixed", "ips": ["10.72.0.20"]}]""");
        await node.Node.AddPodAsync("pod2");
        await node.RememberAsync();
        (await node.RunAsync(Call.Of("ADD", [], "pod2"))).MustSucceed();
        await node.RememberAsync();

        node.DefinePod(BadInputNode.Pod, """storage""");
        node.DefinePod(BadInputNode.Pod, """[{"name": "storage"}, {"name": "fixed", "ips": ["10.72.0.20"]}]""");
        await node.MustFailAsync(
            Call.Of("ADD", []), 11, $"pod default/{BadInputNode.Pod}", "default/fixed", "net2", "10.72.0.20", "sandbox-of-pod2");

        (await node.RunAsync(Call.Of("DEL", [], "pod2"))).MustSucceed();
        await node.Node.DeletePodAsync("pod2");
        node.Remove("pod-pod2");
        await node.RememberAsync();
    }
}
