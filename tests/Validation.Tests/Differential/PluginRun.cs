using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Netlink;
using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Differential;

/// <summary>
/// Runs a definition's chain with the built-in plugins, in this process and in network namespaces of its own: the node has lo and nothing
/// else, so that whatever is not refused fails soon after.
/// </summary>
internal sealed class PluginRun : IDisposable, IPluginInvoker
{
    private const string PrevResult = """
        {"interfaces": [{"name": "br1"}, {"name": "veth0"}, {"name": "net1", "sandbox": "SANDBOX"}], "ips": [{"address": "10.1.0.5/16", "gateway": "10.1.0.1", "interface": 2}]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-validation-");
    private readonly NetworkNamespace _host;
    private readonly string _pod;

    public PluginRun()
    {
        _host = NetworkNamespace.Create(Path.Combine(_folder.FullName, "host"));
        _pod = Path.Combine(_folder.FullName, "pod");
        NetworkNamespace.Create(_pod).Dispose();
    }

    public void Dispose()
    {
        NetworkNamespace.Delete(_pod);
        _host.Dispose();
        NetworkNamespace.Delete(Path.Combine(_folder.FullName, "host"));
        _folder.Delete(recursive: true);
    }

    /// <summary>Why the configuration is refused: by the runtime's own parser, or by the plugin at <paramref name="index"/>; null where it is not.</summary>
    public CniException? Refusal(NetworkAttachmentDefinition definition, int index)
    {
        try
        {
            var list = definition.ReadConfig()!;
            NetworkName.Validate(list.Name);
            var plugin = list.Plugins[index];
            var config = JsonNode.Parse(plugin.Bytes.Span)!.AsObject();
            config["name"] = list.Name;
            config["cniVersion"] = list.CniVersion;
            if (index > 0)
            {
                var previous = JsonNode.Parse(PrevResult.Replace("SANDBOX", _pod))!.AsObject();
                previous["cniVersion"] = list.CniVersion;
                config["prevResult"] = previous;
            }
            Run(plugin.Type, CniVerb.Add, config.ToJsonString());
            return null;
        }
        catch (CniException e)
        {
            return e;
        }
    }

    public CniResult? Invoke(string type, CniCall call) => Run(type, call.Verb, Encoding.UTF8.GetString(call.Config.Span));

    public PluginSource Resolve(string type, IReadOnlyList<string> path) => new(type, null);

    private CniResult? Run(string type, CniVerb verb, string config) => _host.Run(() =>
    {
        using var kernel = new NodeKernel { RecordsFolder = Path.Combine(_folder.FullName, "records") };
        Assert.True(BuiltinPlugins.TryCreate(type, kernel, out var plugin), type);
        var call = new CniCall { Verb = verb, ContainerId = "container", NetNs = _pod, IfName = "net1", Config = Encoding.UTF8.GetBytes(config), Path = ["/nowhere"] };
        return PluginHost.Invoke(plugin, call, this);
    });
}
