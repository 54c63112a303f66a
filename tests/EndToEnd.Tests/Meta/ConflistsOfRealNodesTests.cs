using System.Text.Json;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>The configurations of Calico and Flannel as nodes have them, as the cluster's default network.</summary>
public sealed class ConflistsOfRealNodesTests
{
    private const string Stubs = "/opt/stubs";

    private const string Capabilities = """
        {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}], "bandwidth": {"ingressRate": 1000000, "ingressBurst": 2000000}}
        """;

    // Numbers, escapes, spaces and keys that a careless rewriter would change.
    private const string Odd = """
        {"cniVersion": "1.0.0", "name": "odd", "plugins": [
          {"type": "calico", "float": 1.0, "exponent": 1E3, "large": 18446744073709551616, "escaped": "\u00e9\/é<>&",
           "spaced" : { "a" :  [ 1 ,2,  3 ] }, "Name2": null, "empty": {}, "nested": {"type": "x", "plugins": [{"type": "y"}]}}]}
        """;

    /// <summary>The text of the list, and whether its version knows CHECK.</summary>
    public static TheoryData<string, string, bool> Lists => new()
    {
        { "Calico", TestEnvironment.Data("10-calico.conflist"), false },
        { "Calico of a newer version", TestEnvironment.Data("10-calico.conflist").Replace("0.3.1", "1.0.0", StringComparison.Ordinal), true },
        { "Flannel", TestEnvironment.Data("10-flannel.conflist"), true },
        { "Odd", Odd, true },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task EveryPlugin_SeesItsConfigurationByteForByte_OnEveryCommand(string name, string list, bool hasCheck)
    {
        using var document = JsonDocument.Parse(list);
        var version = document.RootElement.GetProperty("cniVersion").GetString()!;
        var plugins = document.RootElement.GetProperty("plugins").EnumerateArray().ToList();
        await using var node = await MultiNetNode.StartAsync(
            """{"capabilities": {"portMappings": true, "bandwidth": true}, "builtin": "last", "binDir": "/opt/stubs"}""", list, $"{Stubs}:{NodeSandbox.BuiltInBin}");
        var stubs = plugins.ToDictionary(
            p => p.GetProperty("type").GetString()!,
            p => new RecordingPlugin(node.Node, Stubs, p.GetProperty("type").GetString()!, Result(version)));
        await node.DefinePodAsync("pod1");

        (await node.AddAsync("pod1", Capabilities)).MustSucceed();
        if (hasCheck)
        {
            (await node.CheckAsync("pod1", Capabilities)).MustSucceed();
        }

        (await node.DelAsync("pod1", Capabilities)).MustSucceed();

        foreach (var command in hasCheck ? new[] { "ADD", "CHECK", "DEL" } : ["ADD", "DEL"])
        {
            foreach (var plugin in plugins)
            {
                var stub = stubs[plugin.GetProperty("type").GetString()!];
                MustHoldAllOf(plugin, stub.Input(command), $"{name}, {command}");
                MustHaveItsCapabilities(plugin, stub.Input(command));
                Assert.Equal(version, stub.Input(command).GetProperty("cniVersion").GetString());
                Assert.Equal(document.RootElement.GetProperty("name").GetString(), stub.Input(command).GetProperty("name").GetString());
                Assert.Equal(command, stub.Environment(command)["CNI_COMMAND"]);
                Assert.Equal("sandbox-of-pod1", stub.Environment(command)["CNI_CONTAINERID"]);
                Assert.Equal("/run/netns/pod1", stub.Environment(command)["CNI_NETNS"]);
                Assert.Equal("eth0", stub.Environment(command)["CNI_IFNAME"]);
                Assert.Contains("K8S_POD_NAME=pod1", stub.Environment(command)["CNI_ARGS"], StringComparison.Ordinal);
            }
        }

        var types = plugins.Select(p => p.GetProperty("type").GetString()!).ToList();
        Assert.Equal(
            [.. types.Select(t => $"ADD {t}"), .. hasCheck ? types.Select(t => $"CHECK {t}") : [], .. types.AsEnumerable().Reverse().Select(t => $"DEL {t}")],
            RecordingPlugin.Order(node.Node));
    }

    [Fact]
    public async Task Result_IsThatOfTheClusterNetwork()
    {
        await using var node = await MultiNetNode.StartAsync("{}", TestEnvironment.Data("10-flannel.conflist"), $"{Stubs}:{NodeSandbox.BuiltInBin}");
        _ = new RecordingPlugin(node.Node, Stubs, "flannel", Result("1.0.0"));
        await node.DefinePodAsync("pod1");

        var result = (await node.AddAsync("pod1")).MustSucceed().Json;

        Assert.Equal("1.0.0", result["cniVersion"]!.GetValue<string>());
        Assert.Equal("192.168.7.9/32", result["ips"]![0]!["address"]!.GetValue<string>());
        Assert.Equal("eth0", result["interfaces"]![1]!["name"]!.GetValue<string>());
    }

    private static string Result(string version) => $$"""
        {"cniVersion": "{{version}}",
         "interfaces": [{"name": "cali123"}, {"name": "eth0", "mac": "0a:58:c0:a8:07:09", "sandbox": "/run/netns/pod1"}],
         "ips": [{"interface": 1, {{(version.StartsWith('0') ? "\"version\": \"4\"," : "")}} "address": "192.168.7.9/32"}],
         "routes": [{"dst": "0.0.0.0/0"}], "dns": {} }
        """;

    private static void MustHoldAllOf(JsonElement configured, JsonElement received, string when)
    {
        foreach (var key in configured.EnumerateObject())
        {
            Assert.True(received.TryGetProperty(key.Name, out var value), $"{when}: {key.Name} is missing");
            Assert.True(key.Value.GetRawText() == value.GetRawText(), $"{when}: {key.Name} was {key.Value.GetRawText()} and became {value.GetRawText()}");
        }
    }

    private static void MustHaveItsCapabilities(JsonElement configured, JsonElement received)
    {
        var declared = configured.TryGetProperty("capabilities", out var capabilities)
            ? capabilities.EnumerateObject().Where(c => c.Value.GetBoolean()).Select(c => c.Name).ToList()
            : [];
        var given = received.TryGetProperty("runtimeConfig", out var runtime) ? runtime.EnumerateObject().ToList() : [];
        Assert.Equal(declared.Order(), given.Select(g => g.Name).Order());
        using var asked = JsonDocument.Parse(Capabilities);
        foreach (var capability in given)
        {
            Assert.True(JsonElement.DeepEquals(asked.RootElement.GetProperty(capability.Name), capability.Value), capability.Value.GetRawText());
        }
    }
}
