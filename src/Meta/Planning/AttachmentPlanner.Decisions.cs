using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Plugin;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Planning;

internal sealed partial class AttachmentPlanner
{
    /// <summary>The interface of every network: the one asked for, the runtime's for the default network, else <c>net</c> and the position.</summary>
    private static string[] InterfaceNames(List<NetworkCandidate> candidates, SandboxRequest request, PlanProblems problems)
    {
        var names = new string[candidates.Count];
        var taken = new Dictionary<string, string>();
        for (int i = 0; i < candidates.Count; i++)
        {
            string requested = candidates[i].Selection?.Interface ?? "";
            names[i] = requested.Length > 0 ? requested : i == 0 ? request.IfName : $"net{i}";
            if (taken.TryGetValue(names[i], out string? other))
            {
                problems.Error(
                    $"interface {names[i]} is wanted by two networks: {other} and {Numbered(candidates[i], i)}",
                    requested.Length > 0
                        ? "choose another \"interface\" for one of them"
                        : $"network {i} asks for no name and gets net{i}, net and its position; choose another \"interface\" for the other");
                continue;
            }
            taken[names[i]] = Numbered(candidates[i], i);
        }
        return names;
    }

    // A pod may ask for one network several times.
    private static string Numbered(NetworkCandidate candidate, int index) =>
        index == 0 ? $"{candidate.DisplayName} (the default network)" : $"{candidate.DisplayName} (network {index})";

    /// <summary>
    /// Who gets the default route: an attachment with <c>default-route</c> takes it from all others, for the families of the
    /// gateways that it names, or for both if it names none and keeps its own.
    /// </summary>
    private static DefaultRoutePlan[] DefaultRoutes(IReadOnlyList<DefaultRouteClaim> claims, PlanProblems problems)
    {
        int ownerIPv4 = -1, ownerIPv6 = -1;
        for (int i = 0; i < claims.Count; i++)
        {
            if (claims[i].Gateways is not { } gateways)
                continue;
            Claim(gateways, AddressFamily.InterNetwork, i, ref ownerIPv4, "IPv4");
            Claim(gateways, AddressFamily.InterNetworkV6, i, ref ownerIPv6, "IPv6");
        }
        var plans = new DefaultRoutePlan[claims.Count];
        for (int i = 0; i < plans.Length; i++)
        {
            IReadOnlyList<IPAddress> gateways = claims[i].Gateways ?? [];
            plans[i] = new DefaultRoutePlan(
                RemoveIPv4: ownerIPv4 >= 0 && (i != ownerIPv4 || HasFamily(gateways, AddressFamily.InterNetwork)),
                RemoveIPv6: ownerIPv6 >= 0 && (i != ownerIPv6 || HasFamily(gateways, AddressFamily.InterNetworkV6)),
                gateways);
        }
        return plans;

        void Claim(IReadOnlyList<IPAddress> gateways, AddressFamily family, int index, ref int owner, string familyName)
        {
            if (gateways.Count > 0 && !HasFamily(gateways, family))
                return;
            if (owner >= 0)
            {
                problems.Error(
                    $"multus does not support ECMP for default-route: {claims[owner].DisplayName} on {claims[owner].InterfaceName} and "
                    + $"{claims[index].DisplayName} on {claims[index].InterfaceName} both ask for the {familyName} default route",
                    "let one attachment only have \"default-route\" for a family");
                return;
            }
            owner = index;
        }
    }

    private static bool HasFamily(IReadOnlyList<IPAddress> addresses, AddressFamily family)
    {
        foreach (var address in addresses)
        {
            if (address.AddressFamily == family)
                return true;
        }
        return false;
    }

    private PlannedAttachment? PlanAttachment(
        NetworkCandidate candidate, int index, string interfaceName, DefaultRoutePlan route, string? device, SandboxRequest request, Pod? pod, PlanProblems problems)
    {
        try
        {
            // Judged before anything is done: the name becomes part of the paths of files, those that DEL needs included.
            ResultCache.Validate(candidate.Config.Name, request.ContainerId, interfaceName);
            var plugins = ResolvePlugins(candidate.Config, request.Path);
            bool builtIn = plugins.TrueForAll(plugin => plugin.Source.IsBuiltIn);
            var standsOn = ContainerInterfaces.Of(candidate.Config);
            var arguments = new AttachmentArguments(_config, request, pod);
            var (capabilityArgs, deviceInfo) = arguments.Capabilities(candidate, index, interfaceName, device, problems);
            return new PlannedAttachment
            {
                Index = index,
                DisplayName = candidate.DisplayName,
                InterfaceName = interfaceName,
                Config = AttachmentArguments.Complete(candidate, device),
                Origin = candidate.Origin,
                Plugins = plugins,
                Args = arguments.CniArgs(candidate.Selection),
                CapabilityArgs = capabilityArgs,
                DefaultRoute = route,
                Asked = candidate.Asked,
                IsSelected = candidate.IsSelected,
                DeviceInfo = deviceInfo,
                StandsOn = standsOn,
                // What it stands on must be there, whoever makes it.
                MayRunInParallel = index > 0 && !standsOn.Any && (_config.Parallel == ParallelMode.All || (_config.Parallel == ParallelMode.Builtin && builtIn)),
            };
        }
        catch (CniException e)
        {
            problems.Error(e.Prefixed($"network {candidate.DisplayName} ({candidate.Origin}): "));
            return null;
        }
    }

    private List<PlannedPlugin> ResolvePlugins(NetworkConfigList list, IReadOnlyList<string> path)
    {
        var plugins = new List<PlannedPlugin>(list.Plugins.Count * 2);
        foreach (var plugin in list.Plugins)
        {
            // It would wait for the sandbox's lock, which this process holds.
            if (plugin.Type == MetaPlugin.TypeName)
            {
                throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, $"the plugin of a network cannot be {MetaPlugin.TypeName} itself",
                    "name the configuration of the network that is to be attached; a \"clusterNetwork\" that is a folder takes its first file");
            }
            plugins.Add(new PlannedPlugin(_invoker.Resolve(plugin.Type, path), IsIpam: false));
            // An external plugin looks for its IPAM plugin itself; a built-in one asks the same invoker as this.
            string ipam = plugins[^1].Source.IsBuiltIn ? plugin.Fields.Object("ipam").String("type") : "";
            if (ipam.Length > 0)
                plugins.Add(new PlannedPlugin(_invoker.Resolve(ipam, path), IsIpam: true));
        }
        return plugins;
    }
}
