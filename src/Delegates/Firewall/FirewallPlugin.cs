using MultiNet.Cni;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Firewall;

/// <summary>
/// The plugin <c>firewall</c>: lets a container's packets pass a node that forwards nothing else, and keeps bridges apart.
/// docs/plugins/firewall.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="busAddress">The message bus on which firewalld is; null for the system's.</param>
/// <param name="toolPath">Where to look for the tools of iptables; null for the usual places.</param>
internal sealed partial class FirewallPlugin(NodeKernel kernel, string? busAddress = null, string? toolPath = null) : IPlugin
{
    private readonly IptablesFirewall _iptables = new(toolPath);
    private readonly AttachmentRecords _records = new(kernel.RecordsFolder, "firewall");

    /// <inheritdoc/>
    public string Type => "firewall";

    /// <inheritdoc/>
    public string About => "CNI firewall plugin of MultiNet: lets a container's packets pass, and keeps bridges apart";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions { get; } = ["0.4.0", "1.0.0", "1.1.0"];

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = FirewallConfig.Read(context.Config);
        var previous = RequirePrevResult(context);
        using var zones = new FirewalldZones(busAddress);
        var state = StateOf(config, previous) with
        {
            Backend = Choose(config.Backend, zones),
            Time = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
        if (state.Addresses.Count == 0)
            return previous;

        var earlier = RecordOf(context);
        _records.Write(context.NetworkName, context.Call, Both(earlier, state).Write);
        var rollback = new Rollback();
        // What another ADD of this attachment has put up stays.
        if (earlier is null)
            rollback.Add(() => Release(context, state, zones));
        try
        {
            if (state.Backend == FirewallBackend.Firewalld)
            {
                foreach (var address in state.Addresses)
                    zones.AddSource(state.Zone, address);
            }
            _iptables.SetUp(state);
        }
        catch
        {
            rollback.Run();
            throw;
        }
        return previous;
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        using var zones = new FirewalldZones(busAddress);
        if (RecordOf(context) is { } recorded)
        {
            Release(context, recorded, zones);
            return;
        }
        // It was attached by another plugin of this kind, or it is released already: then others may have the addresses by now.
        var failures = new Failures();
        FirewallState? state = null;
        failures.Try("read prevResult", () => state = context.PrevResult is { } previous ? WithoutRecord(context, previous, failures) : null);
        failures.Try("remove the rules", () => Release(context, state ?? new FirewallState(), zones));
        failures.ThrowIfAny();
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = FirewallConfig.Read(context.Config);
        var previous = RequirePrevResult(context);
        using var zones = new FirewalldZones(busAddress);
        var state = StateOf(config, previous);
        if (RecordOf(context) is { } recorded)
            state = recorded with { Addresses = state.Addresses };
        else
            state = state with { Backend = Choose(config.Backend, zones) };
        if (state.Backend == FirewallBackend.Firewalld)
        {
            foreach (var address in state.Addresses)
                zones.Check(state.Zone, address);
        }
        _iptables.Check(state);
    }

    private FirewallState? RecordOf(PluginContext context) => FirewallState.Of(_records.Read(context.NetworkName, context.Call));

    private static CniResult RequirePrevResult(PluginContext context) => context.PrevResult ?? throw new CniException(
        CniErrorCode.InvalidNetworkConfig, "missing prevResult from earlier plugin",
        "firewall makes no interface: it must come after a plugin that does in the list \"plugins\".");

    private static FirewallBackend Choose(FirewallBackend asked, FirewalldZones zones) => asked switch
    {
        FirewallBackend.Default => zones.IsRunning ? FirewallBackend.Firewalld : FirewallBackend.Iptables,
        _ => asked,
    };

    // What ADD is to put up, whoever has the addresses.
    private static FirewallState StateOf(FirewallConfig config, CniResult previous)
    {
        var addresses = new List<IPPrefix>();
        foreach (var ip in previous.IPs)
        {
            var host = IPPrefix.Host(ip.Address.Address);
            if (!addresses.Contains(host))
                addresses.Add(host);
        }
        return new FirewallState
        {
            Zone = config.Zone,
            AdminChain = config.AdminChain,
            Addresses = addresses,
            Policy = config.Policy,
            Bridge = config.Policy == IngressPolicy.Open ? "" : BridgeOf(config.Policy, previous),
        };
    }

    private static string BridgeOf(IngressPolicy policy, CniResult previous)
    {
        // An interface of the container has a name that may be another interface's on the host, the uplink's for example.
        if (previous.Interfaces.Count == 0 || previous.Interfaces[0].Sandbox.Length > 0)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig,
                $"interface needs to be set for ingress policy \"{FirewallConfig.NameOf(policy)}\", make sure to chain \"firewall\" plugin with \"bridge\"",
                "The first interface of prevResult must be the bridge on the host.");
        }
        string name = previous.Interfaces[0].Name;
        return name.Length > 0 ? name : throw new CniException(
            CniErrorCode.InvalidNetworkConfig, "got empty bridge name", "The first interface of prevResult has no name.");
    }

    private static FirewallState Both(FirewallState? earlier, FirewallState state)
    {
        var addresses = new List<IPPrefix>(state.Addresses);
        foreach (var address in earlier?.Addresses ?? [])
        {
            if (!addresses.Contains(address))
                addresses.Add(address);
        }
        return state with { Addresses = addresses };
    }

    // The configuration tells where to look; what cannot be read of it is no reason to leave rules behind.
    private static FirewallState WithoutRecord(PluginContext context, CniResult previous, Failures failures)
    {
        var backend = FirewallBackend.Default;
        string zone = FirewallConfig.DefaultZone;
        failures.Try("read backend", () => backend = FirewallConfig.ReadBackend(context.Config));
        failures.Try("read firewalldZone", () => zone = FirewallConfig.ReadZone(context.Config));
        return StateOf(new FirewallConfig(), previous) with { Backend = backend, Zone = zone };
    }

    // Takes down what belongs to nobody else, then the record.
    private void Release(PluginContext context, FirewallState state, FirewalldZones zones)
    {
        var failures = new Failures();
        var addresses = Unclaimed(state, context.NetworkName, context.Call);
        if (state.Backend != FirewallBackend.Iptables)
        {
            foreach (var address in addresses)
                failures.Try($"remove {address} from zone {state.Zone}", () => zones.RemoveSource(state.Zone, address));
        }
        if (state.Backend != FirewallBackend.Firewalld)
            _iptables.TearDown(addresses, failures);
        failures.ThrowIfAny();
        _records.Delete(context.NetworkName, context.Call);
    }

    // Rules name an address and nothing else. Two networks may have the same one, and a released one is given out again: then it is the
    // newer attachment's, even where a record of the older one was left behind (the reference released it, which knows no records).
    private List<IPPrefix> Unclaimed(FirewallState own, string network, CniCall call)
    {
        var free = new List<IPPrefix>(own.Addresses);
        if (free.Count == 0)
            return free;
        foreach (var record in _records.ListAll())
        {
            if (record.Network == network && record.ContainerId == call.ContainerId && record.IfName == call.IfName)
                continue;
            if (FirewallState.Of(record) is not { } other || (record.Network == network && other.Time < own.Time))
                continue;
            foreach (var claimed in other.Addresses)
                free.Remove(claimed);
        }
        return free;
    }
}
