using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Meta.Installing;

/// <summary>
/// A configuration of Multus in the runtime's folder. The cluster's network is the one that Multus stands before, which need not be the
/// first in the alphabet, nor have a file of its own.
/// </summary>
internal sealed class MultusConfiguration
{
    // What a node loses with Multus unless somebody names it for us. Log and paths of state are each program's own.
    private static readonly string[] s_policies =
    [
        "defaultNetworks", "namespaceIsolation", "globalNamespaces", "systemNamespaces", "multusNamespace", "readinessindicatorfile", "auxiliaryCNIChainName",
    ];

    private readonly JsonFields _list;
    private readonly JsonFields _plugin;

    private MultusConfiguration(JsonFields list, JsonFields plugin)
    {
        _list = list;
        _plugin = plugin;
    }

    /// <summary>Reads a configuration; null where it is none of Multus.</summary>
    public static MultusConfiguration? Read(JsonFields fields)
    {
        if (IsMultus(fields))
            return new MultusConfiguration(fields, fields);
        foreach (var plugin in fields.Objects("plugins"))
        {
            if (IsMultus(plugin))
                return new MultusConfiguration(fields, plugin);
        }
        return null;
    }

    /// <summary>The keys for every pod that it has and that are not taken over: they would be lost unnoticed.</summary>
    public IReadOnlyList<string> Policies()
    {
        var found = new List<string>();
        foreach (string key in s_policies)
        {
            if (_plugin.Has(key))
                found.Add(key);
        }
        return found;
    }

    /// <summary>The network that it stands before; null where that is a file that is not there.</summary>
    /// <param name="files">The networks with files in the runtime's folder, by the file's name.</param>
    /// <param name="hostPath">A file of the runtime's folder, as on the node.</param>
    /// <exception cref="CniException">Its delegate is no network configuration.</exception>
    public PrimaryNetwork? Primary(IReadOnlyList<KeyValuePair<string, NetworkConfigList>> files, Func<string, string> hostPath)
    {
        string clusterNetwork = _plugin.String("clusterNetwork");
        if (clusterNetwork.Contains('/'))
        {
            // The thick daemon names the path in its own container; the file's name is the same on the node.
            string name = Path.GetFileName(clusterNetwork);
            return Pinned(files, hostPath, (file, _) => file == name);
        }
        if (clusterNetwork.Length > 0)
            return Taken(clusterNetwork, _list.String("cniVersion"), "clusterNetwork", "confDir", "multusNamespace", "capabilities");
        var delegates = _plugin.Array("delegates");
        if (delegates.Count == 0)
            return null;
        var inline = NetworkConfigList.Parse(RawJson.BytesOf(delegates[0]), "delegates[0] of Multus' configuration", "multinet");
        return Pinned(files, hostPath, (_, network) => network.Name == inline.Name) ?? Taken(inline.Name, inline.CniVersion, "delegates");
    }

    private static PrimaryNetwork? Pinned(
        IReadOnlyList<KeyValuePair<string, NetworkConfigList>> files, Func<string, string> hostPath, Func<string, NetworkConfigList, bool> isIt)
    {
        foreach (var (file, network) in files)
        {
            if (isIt(file, network))
                return PrimaryNetwork.OfFile(network, hostPath(file)) with { IsPinned = true };
        }
        return null;
    }

    private PrimaryNetwork Taken(string name, string version, params ReadOnlySpan<string> keys)
    {
        var taken = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        foreach (string key in keys)
        {
            if (_plugin.TryGet(key, out var value))
                taken.Add(new(key, RawJson.BytesOf(value)));
        }
        return new PrimaryNetwork { Name = name, CniVersion = CniVersion.OrDefault(version), Keys = taken };
    }

    private static bool IsMultus(JsonFields plugin) => plugin.String("type") is "multus" or "multus-shim";
}
