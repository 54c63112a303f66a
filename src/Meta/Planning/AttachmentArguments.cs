using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

/// <summary>What a network's plugins are told about the pod: <c>CNI_ARGS</c>, capability arguments, <c>args.cni</c>.</summary>
internal sealed class AttachmentArguments
{
    private readonly MetaConfig _config;
    private readonly SandboxRequest _request;
    private readonly Pod? _pod;

    public AttachmentArguments(MetaConfig config, SandboxRequest request, Pod? pod)
    {
        _config = config;
        _request = request;
        _pod = pod;
    }

    /// <summary>
    /// <c>CNI_ARGS</c>: for a pod the keys of the NPWG standard in the reference's order, then what else the runtime passed, each
    /// once; then <c>MAC</c> and <c>IP</c> as the annotation asks. Without a pod what the runtime passed.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> CniArgs(NetworkSelectionElement? selection)
    {
        var args = new List<KeyValuePair<string, string>>();
        if (_request.Pod is { } pod)
        {
            Set(args, "IgnoreUnknown", "true");
            Set(args, "K8S_POD_NAMESPACE", pod.Namespace);
            Set(args, "K8S_POD_NAME", pod.Name);
            Set(args, "K8S_POD_INFRA_CONTAINER_ID", pod.InfraContainerId.Length > 0 ? pod.InfraContainerId : _request.ContainerId);
            Set(args, "K8S_POD_UID", pod.Uid.Length > 0 ? pod.Uid : _pod?.Uid ?? "");
        }
        foreach (var (key, value) in _request.Args)
        {
            if (!args.Exists(pair => pair.Key == key))
                args.Add(new(key, value));
        }
        if (selection is { Mac.Length: > 0 })
            Set(args, "MAC", selection.Mac);
        if (selection is { Ips.Count: > 0 })
            Set(args, "IP", string.Join(',', selection.Ips.Select(ip => ip.Text)));
        return args;
    }

    /// <summary>
    /// Capability arguments. The runtime's own go to the cluster's default network only (NPWG 1.3, section 7.5; the reference
    /// hands its port mappings to every network), the annotation's to the network that it selects.
    /// </summary>
    public (IReadOnlyDictionary<string, ReadOnlyMemory<byte>>, DeviceInfoPlan?) Capabilities(
        NetworkCandidate candidate, int index, string interfaceName, string? device, PlanProblems problems)
    {
        var capabilities = new Dictionary<string, ReadOnlyMemory<byte>>();
        if (index == 0)
        {
            var fromRuntime = JsonFields.Parse(_config.Raw, "network configuration").Object("runtimeConfig");
            foreach (var (capability, value) in fromRuntime.Members())
                capabilities[capability] = RawJson.BytesOf(value);
        }
        if (candidate.Selection is { } selection)
        {
            foreach (var problem in CapabilityRequirements.Check(selection, candidate.Config))
                problems.Error($"network {candidate.DisplayName}: {problem}");
            foreach (var (capability, value) in CapabilityArguments.Of(selection))
                capabilities[capability] = value;
        }
        return (capabilities, PlanDevice(candidate, interfaceName, device, capabilities));
    }

    /// <summary>
    /// The configuration with the annotation's <c>cni-args</c> merged into every plugin's <c>args.cni</c>, where the annotation wins; and, where the
    /// definition names a resource, with its device as <c>deviceID</c> and <c>pciBusID</c> in every plugin, as Multus does it.
    /// </summary>
    public static NetworkConfigList Complete(NetworkCandidate candidate, string? device)
    {
        var config = candidate.Selection?.CniArgs is { Exists: true } cniArgs
            ? candidate.Config.WithPlugins(plugin => MergeCniArgs(plugin, cniArgs))
            : candidate.Config;
        if (candidate.Resource.Length == 0 || device is null)
            return config;
        var quoted = JsonSplice.Quote(device);
        return config.WithPlugins(plugin => plugin.With(
            new KeyValuePair<string, ReadOnlyMemory<byte>>("deviceID", quoted), new KeyValuePair<string, ReadOnlyMemory<byte>>("pciBusID", quoted)));
    }

    private static PluginConfig MergeCniArgs(PluginConfig plugin, JsonFields cniArgs)
    {
        var args = plugin.Fields.Object("args");
        var merged = RawOrEmpty(args.Object("cni"));
        foreach (var (key, value) in cniArgs.Members())
            merged = JsonSplice.Set(merged, [new(key, RawJson.BytesOf(value))], args.PathOf("cni"));
        return plugin.With(new KeyValuePair<string, ReadOnlyMemory<byte>>("args", JsonSplice.Set(RawOrEmpty(args), [new("cni", merged)], args.Path)));
    }

    private static byte[] RawOrEmpty(JsonFields fields) => fields.Exists ? RawJson.BytesOf(fields.Element) : "{}"u8.ToArray();

    private DeviceInfoPlan? PlanDevice(
        NetworkCandidate candidate, string interfaceName, string? device, Dictionary<string, ReadOnlyMemory<byte>> capabilities)
    {
        if (candidate.Resource.Length == 0 && device is null)
            return null;
        if (device is not null)
            capabilities[Capability.DeviceId] = JsonSplice.Quote(device);
        string path = DeviceInfoFiles.CniPath($"{candidate.DisplayName}-{_request.ContainerId}_{interfaceName}");
        capabilities["CNIDeviceInfoFile"] = JsonSplice.Quote(path);
        return new DeviceInfoPlan(path, candidate.Resource.Length > 0 && device is not null ? DeviceInfoFiles.DevicePluginPath(candidate.Resource, device) : null);
    }

    private static void Set(List<KeyValuePair<string, string>> args, string key, string value)
    {
        args.RemoveAll(pair => pair.Key == key);
        args.Add(new(key, value));
    }
}
