using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>
/// Makes the status of a pod's attachments: one entry for each, in their order. Where Multus' client library differs from the standard in
/// what it says, the standard is followed; where in how it is written, the library is, for consumers read it:
/// an attachment without interfaces has an entry (the library drops it), one with several has one entry, for the interface that the pod
/// sees; gateways that are none are left out, not written as <c>&lt;nil&gt;</c>; <c>default</c> marks the cluster's default network,
/// whatever the order of its addresses.
/// </summary>
public static class NetworkStatusBuilder
{
    /// <summary>Makes all entries.</summary>
    /// <exception cref="ArgumentException">Not exactly one attachment is the default network.</exception>
    public static IReadOnlyList<NetworkStatus> Build(IReadOnlyList<AttachmentStatus> attachments)
    {
        int defaults = 0;
        var entries = new List<NetworkStatus>(attachments.Count);
        foreach (var attachment in attachments)
        {
            defaults += attachment.IsDefault ? 1 : 0;
            entries.Add(Entry(attachment));
        }
        if (defaults != 1)
            throw new ArgumentException($"exactly one attachment must be the default network, not {defaults}", nameof(attachments));
        return entries;
    }

    /// <summary>Makes the entry of one attachment.</summary>
    public static NetworkStatus Entry(AttachmentStatus attachment)
    {
        var result = attachment.Result ?? new CniResult();
        int chosen = SandboxInterface(result, attachment.Interface);
        var link = chosen < 0 ? null : result.Interfaces[chosen];
        return new NetworkStatus
        {
            Name = attachment.Network,
            // Consumers find an attachment by network and interface, so it is named even where the result names none (0.2.0, Calico).
            Interface = link?.Name ?? attachment.Interface,
            IPs = Addresses(result, chosen),
            Mac = link?.Mac ?? "",
            Mtu = link?.Mtu ?? 0,
            Default = attachment.IsDefault,
            Dns = result.Dns,
            DeviceInfo = attachment.DeviceInfo,
            Gateway = Texts(attachment.Gateways ?? Gateways(result, chosen)),
        };
    }

    // The interface that was asked for; else the first in a sandbox, as the standard says; else none.
    private static int SandboxInterface(CniResult result, string name)
    {
        int first = -1;
        for (int i = 0; i < result.Interfaces.Count; i++)
        {
            var link = result.Interfaces[i];
            if (link.Sandbox.Length == 0)
                continue;
            if (link.Name == name)
                return i;
            if (first < 0)
                first = i;
        }
        return first;
    }

    private static List<string> Addresses(CniResult result, int chosen)
    {
        var addresses = new List<string>(result.IPs.Count);
        foreach (var ip in result.IPs)
        {
            if (BelongsTo(ip, result, chosen))
                addresses.Add(IPText.Format(ip.Address.Address));
        }
        return addresses;
    }

    // Without an interface in a sandbox every address is the pod's: Calico points at the host's end.
    private static bool BelongsTo(CniIP ip, CniResult result, int chosen) =>
        chosen < 0 || ip.Interface is not { } index || index == chosen || index < 0 || index >= result.Interfaces.Count;

    private static List<IPAddress> Gateways(CniResult result, int chosen)
    {
        var gateways = new List<IPAddress>();
        foreach (var route in result.Routes)
        {
            if (!route.Dst.IsDefault)
                continue;
            var gateway = route.Gw ?? GatewayOfAddresses(result, chosen, route.Dst.Address.AddressFamily);
            if (gateway is not null && !gateways.Contains(gateway))
                gateways.Add(gateway);
        }
        return gateways;
    }

    // A route without a gateway of its own uses that of the addresses (CNI specification 1.1, "Add Success").
    private static IPAddress? GatewayOfAddresses(CniResult result, int chosen, AddressFamily family)
    {
        foreach (var ip in result.IPs)
        {
            if (ip.Gateway is { } gateway && gateway.AddressFamily == family && BelongsTo(ip, result, chosen))
                return gateway;
        }
        return null;
    }

    private static List<string> Texts(IReadOnlyList<IPAddress> addresses)
    {
        var texts = new List<string>(addresses.Count);
        foreach (var address in addresses)
            texts.Add(IPText.Format(address));
        return texts;
    }
}
