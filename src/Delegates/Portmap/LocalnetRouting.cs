using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// <c>route_localnet</c> of the interface that leads to the container: without it the kernel does not send packets from 127.0.0.1 out of
/// the host, and a mapped port does not answer on the host's own 127.0.0.1. IPv6 has nothing like it.
/// </summary>
/// <param name="kernel">The kernel; the interface is the host's.</param>
internal sealed class LocalnetRouting(NodeKernel kernel)
{
    /// <summary>Switches it on where a mapping can be reached by 127.0.0.1. On is on for good: the interface may be other containers', too.</summary>
    /// <exception cref="CniException">It cannot be switched on.</exception>
    public void Enable(PortmapAttachment attachment)
    {
        if (!IsNeeded(attachment) || NameOf(attachment) is not { } name)
            return;
        try
        {
            // /proc/sys may be read-only.
            if (!HostSysctl.TryRead(name, out string value) || value != "1")
                Sysctl.Write(name, "1");
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, "unable to enable route_localnet");
        }
    }

    /// <summary>Is it on where it is needed?</summary>
    /// <exception cref="CniException">It is not.</exception>
    public void Check(PortmapAttachment attachment)
    {
        if (IsNeeded(attachment) && NameOf(attachment) is { } name && (!HostSysctl.TryRead(name, out string value) || value != "1"))
            throw new CniException(CniErrorCode.Internal, $"{name} is not 1", "Without it mapped ports do not answer on 127.0.0.1. ADD had set it.");
    }

    private static bool IsNeeded(PortmapAttachment attachment)
    {
        if (!attachment.Snat || attachment.IPv4 is null)
            return false;
        foreach (var mapping in attachment.Mappings)
        {
            if (mapping.AppliesTo(ipv4: true) && (mapping.OnlyHostIP is null || IPAddress.IsLoopback(mapping.OnlyHostIP)))
                return true;
        }
        return false;
    }

    // Null where there is no way to the container, and so nothing that could be switched on.
    private string? NameOf(PortmapAttachment attachment)
    {
        try
        {
            var socket = kernel.Socket("");
            return socket.TryGetLink(socket.RouteGet(attachment.IPv4!.Value.Address).LinkIndex, out var link)
                ? $"net/ipv4/conf/{link.Name}/route_localnet"
                : null;
        }
        catch (KernelException e) when (e.ErrnoName is "ENETUNREACH" or "EHOSTUNREACH" or "EACCES" or "EINVAL")
        {
            return null;
        }
    }
}
