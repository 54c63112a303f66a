using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates;

/// <summary>What main plugins have in common in their dealings with the IPAM plugin (CNI specification 1.1, section 4).</summary>
internal static class IpamDelegate
{
    /// <summary>Has addresses assigned.</summary>
    /// <param name="context">The call.</param>
    /// <param name="rollback">Gets the release of the addresses; also after a failed ADD, as the specification asks.</param>
    /// <exception cref="CniException">The IPAM plugin failed, or what it returned makes no sense.</exception>
    public static CniResult Add(PluginContext context, Rollback rollback)
    {
        rollback.Add(() => context.InvokeIpam(CniVerb.Del));
        var assigned = context.InvokeIpam(CniVerb.Add);
        if (assigned is null || assigned.IPs.Count == 0)
        {
            throw new CniException(
                CniErrorCode.Internal, "IPAM plugin returned missing IP config", $"The plugin \"{context.IpamType}\" succeeded, but its result holds no address.");
        }
        foreach (var ip in assigned.IPs)
        {
            if (ip.Gateway is { } gateway && gateway.AddressFamily != ip.Address.Address.AddressFamily)
            {
                throw new CniException(
                    CniErrorCode.Internal, $"IPAM plugin returned the gateway {gateway} for the address {ip.Address}",
                    $"The two are of different families. The plugin is \"{context.IpamType}\".");
            }
        }
        return assigned;
    }

    /// <summary>
    /// Deletes the container's interface and gives its addresses back: two steps of a DEL, in the right order. Addresses come last, so that nobody gets
    /// one while it is still configured; but a DHCP server is told over the interface, so there they come first.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="failures">Collects what fails; neither step depends on the other.</param>
    /// <param name="deleteLink">Deletes the interface, or succeeds where it is gone.</param>
    public static void Release(PluginContext context, Failures failures, Action deleteLink)
    {
        bool isToldOverLink = false;
        // A broken key is reported where the addresses are given back.
        if (context.Config.TryGet("ipam", out var ipam) && ipam.ValueKind == JsonValueKind.Object)
            isToldOverLink = JsonFields.From(ipam, "ipam").TryGet("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("dhcp"u8);
        if (isToldOverLink)
            ReleaseAddresses(context, failures);
        failures.Try($"delete \"{context.Call.IfName}\"", deleteLink);
        if (!isToldOverLink)
            ReleaseAddresses(context, failures);
    }

    private static void ReleaseAddresses(PluginContext context, Failures failures) => failures.Try("release addresses", () =>
    {
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Del);
    });

    /// <summary>The addresses that the previous result gives to the container's interface.</summary>
    public static IReadOnlyList<CniIP> AddressesOf(CniResult? previous, CniCall call)
    {
        var own = new List<CniIP>();
        foreach (var ip in previous?.IPs ?? [])
        {
            if (ip.Interface is not { } index
                || (index >= 0 && index < previous!.Interfaces.Count && previous.Interfaces[index] is var found && found.Name == call.IfName && found.Sandbox.Length > 0))
            {
                own.Add(ip);
            }
        }
        return own;
    }
}
