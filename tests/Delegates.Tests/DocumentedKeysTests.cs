using System.Text.Json.Nodes;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests;

/// <summary>Every key that a plugin's page documents is read, and refused by name when it has another type, before anything is touched.</summary>
public sealed class DocumentedKeysTests : IDisposable
{
    private const string PrevResult = """
        {"cniVersion": "1.1.0", "interfaces": [{"name": "veth1", "mac": "0a:00:00:00:00:02"}, {"name": "eth0", "mac": "0a:00:00:00:00:01", "sandbox": "SANDBOX"}],
         "ips": [{"address": "10.1.2.5/24", "gateway": "10.1.2.1", "interface": 1}]}
        """;

    // What a configuration must have so that the other keys matter.
    private static readonly Dictionary<string, string> s_required = new()
    {
        ["vlan"] = """{"master": "nowhere", "vlanId": 5}""",
        ["macvlan"] = """{"master": "nowhere"}""",
        ["ipvlan"] = """{"master": "nowhere"}""",
        ["vrf"] = """{"vrfname": "blue"}""",
        ["host-device"] = """{"device": "nowhere"}""",
        ["sriov"] = """{"deviceID": "0000:00:00.0"}""",
        ["bond"] = """{"mode": "active-backup", "miimon": "100", "links": [{"name": "net1"}, {"name": "net2"}]}""",
    };

    private readonly TestNode _node = new();

    public static TheoryData<string> Types => [.. BuiltinPlugins.Types];

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Page_ShowsAnExample(string type)
    {
        string page = File.ReadAllText(DocumentedKeys.Page(type));

        Assert.True(page.StartsWith($"# {type}\n") || page.StartsWith($"# {type} (IPAM)\n"), page.Split('\n')[0]);
        Assert.Contains("```json", page);
        Assert.Contains("## Differences from the reference", page);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Key_IsRefusedByName_WhenItHasAnotherType(string type)
    {
        var pod = _node.AddPod();
        var wrong = new List<string>();
        foreach (var key in DocumentedKeys.Of(type))
        {
            foreach (string value in key.WrongValues())
            {
                string config = With(key, value, pod);
                var error = Record.Exception(() => _node.Call(CniVerb.Add, config, pod));
                bool named = error is CniException { Code: CniErrorCode.DecodingFailure or CniErrorCode.InvalidNetworkConfig } refused
                    && (refused.Message + refused.Details).Contains(key.Name.Split('.')[^1], StringComparison.OrdinalIgnoreCase);
                if (!named)
                    wrong.Add($"{key.Name}: {value} -> {error?.Message ?? "success"}");
            }
        }

        Assert.Empty(wrong);
        Assert.Empty(_node.HostLinks());
        Assert.False(pod.HasLink());
    }

    private static string With(DocumentedKeys key, string value, TestNode.Pod pod)
    {
        var config = JsonNode.Parse(s_required.GetValueOrDefault(key.Plugin, "{}"))!.AsObject();
        config["cniVersion"] = "1.1.0";
        config["name"] = "net";
        config["type"] = key.Plugin;
        config["prevResult"] = JsonNode.Parse(PrevResult.Replace("SANDBOX", pod.Path));
        config["ipam"] = new JsonObject { ["type"] = key.InIpam ? key.Plugin : "fake", ["subnet"] = "10.1.2.0/24" };
        var holder = key.InIpam ? config["ipam"]!.AsObject() : config;
        string[] path = key.Name.Split('.');
        foreach (string step in path[..^1])
        {
            if (holder[step] is not JsonObject inner)
                holder[step] = inner = [];
            holder = inner;
        }
        holder[path[^1]] = JsonNode.Parse(value);
        return config.ToJsonString();
    }
}
