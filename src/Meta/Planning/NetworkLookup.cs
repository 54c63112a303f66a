using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

/// <summary>Finds configurations: in attachment definitions, in files, in the configuration itself.</summary>
internal sealed class NetworkLookup
{
    private readonly MetaConfig _config;
    private readonly IPodNetworkSource? _source;

    public NetworkLookup(MetaConfig config, IPodNetworkSource? source)
    {
        _config = config;
        _source = source;
    }

    /// <summary>The configuration <c>delegates[index]</c>.</summary>
    /// <exception cref="CniException">Code 6 or 7: it is invalid.</exception>
    public static NetworkCandidate InPlace(MetaConfig config, int index)
    {
        string origin = $"delegates[{index}]";
        var list = NetworkConfigList.Parse(config.Delegates[index], origin, config.Name, config.CniVersion);
        return new NetworkCandidate { DisplayName = list.Name, Config = list, Origin = origin };
    }

    /// <summary>
    /// A name as <c>clusterNetwork</c> and <c>defaultNetworks</c> use it: a definition in <c>multusNamespace</c>, else a configuration
    /// of that name in <c>confDir</c>, else the path of a file or of a folder whose first file is taken.
    /// </summary>
    /// <exception cref="CniException">Code 7: found nowhere, or invalid.</exception>
    public NetworkCandidate ByName(string name, string key)
    {
        if (name.Contains('/'))
            return ByPath(name, key);
        if (_source?.FindDefinition(_config.MultusNamespace, name) is { } definition)
            return FromDefinition(definition);
        if (InConfDir(name, key) is { } list)
            return FromFile(list);
        throw new CniException(
            CniErrorCode.InvalidNetworkConfig, $"{key}: no network \"{name}\"",
            (_source is null ? "" : $"no definition {_config.MultusNamespace}/{name} in the {_source.Description}; ")
            + $"no configuration of that name in {_config.ConfDir}; write a path with / to name a file");
    }

    /// <summary>A definition that a pod asks for.</summary>
    /// <exception cref="CniException">Code 7: there is none, or it is invalid.</exception>
    public NetworkCandidate Definition(string @namespace, string name)
    {
        var definition = _source?.FindDefinition(@namespace, name)
            ?? throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"cannot find a network-attachment-definition ({name}) in namespace ({@namespace})",
                $"looked in the {_source?.Description ?? "configuration, which names no source"}");
        return FromDefinition(definition);
    }

    /// <summary>A definition's configuration: its own, or the one of its name in <c>confDir</c> (NPWG 1.3, section 3.3).</summary>
    /// <exception cref="CniException">Code 6 or 7: it is invalid.</exception>
    public NetworkCandidate FromDefinition(NetworkAttachmentDefinition definition)
    {
        string displayName = definition.QualifiedName;
        string origin = $"network-attachment-definition {displayName}";
        if (definition.EffectiveConfig() is not { } config)
        {
            var onDisk = InConfDir(definition.Name, origin)
                ?? throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, $"network-attachment-definition {displayName} has no configuration",
                    $"spec.config is empty, and {_config.ConfDir} has no configuration with the name \"{definition.Name}\"");
            return FromFile(onDisk) with { DisplayName = displayName, Definition = definition };
        }
        var list = NetworkConfigList.Parse(config, origin, definition.Name);
        return new NetworkCandidate { DisplayName = displayName, Config = list, Origin = origin, Definition = definition };
    }

    /// <summary>
    /// The chain of <c>auxiliaryCNIChainName</c>: the plugins in the files of the folder of that name beside the cluster network's
    /// file, after a plugin that passes through; null while the folder holds none.
    /// </summary>
    /// <exception cref="CniException">Code 6 or 7: a file is invalid.</exception>
    public NetworkCandidate? AuxiliaryChain()
    {
        string folder = Path.Combine(Path.GetDirectoryName(_config.ClusterNetwork) ?? "/", _config.AuxiliaryCniChainName);
        if (!Directory.Exists(folder))
            return null;
        var chain = NetworkConfigList.PluginsInFolder(folder);
        if (chain.Count == 0)
            return null;
        var writer = new GoJsonWriter(indented: false);
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String(_config.CniVersion);
        writer.Name("name");
        writer.String(_config.AuxiliaryCniChainName);
        writer.Name("plugins");
        writer.BeginArray();
        writer.Raw("""{"type":"passthru","name":"passthru-cni"}"""u8);
        foreach (var plugin in chain)
            writer.Raw(plugin.Bytes.Span);
        writer.EndArray();
        writer.EndObject();
        var list = NetworkConfigList.Parse(writer.Written.ToArray(), folder);
        return new NetworkCandidate { DisplayName = list.Name, Config = list, Origin = folder };
    }

    private NetworkCandidate ByPath(string path, string key)
    {
        try
        {
            var list = Directory.Exists(path)
                ? NetworkConfigList.LoadFirst(path)
                : File.Exists(path)
                    ? NetworkConfigList.Load(path)
                    : throw new CniException(
                        CniErrorCode.InvalidNetworkConfig, $"there is no file or folder {path}",
                        "the network is not installed (yet), or the path is wrong");
            return FromFile(list);
        }
        catch (CniException e)
        {
            throw e.Prefixed($"{key}: ");
        }
    }

    // A folder that is not there, or that has no such network, is no error: the name may be found elsewhere.
    private NetworkConfigList? InConfDir(string name, string wantedBy)
    {
        if (!Directory.Exists(_config.ConfDir))
            return null;
        try
        {
            return NetworkConfigList.LoadFromDirectory(_config.ConfDir, name);
        }
        catch (CniException e) when (e.Code == CniErrorCode.InvalidNetworkConfig && e.InnerException is null)
        {
            return null;
        }
        catch (CniException e)
        {
            throw e.Prefixed($"{wantedBy}: ");
        }
    }

    // Plugins of the folder beside the file become part of the text: what runs is what the journal keeps for DEL.
    private static NetworkCandidate FromFile(NetworkConfigList list) =>
        new() { DisplayName = list.Name, Config = list.Inlined(), Origin = list.File ?? list.Name };
}
