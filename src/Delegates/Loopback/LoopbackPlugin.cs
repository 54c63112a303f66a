using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Loopback;

/// <summary>The plugin <c>loopback</c>: sets the container's <c>lo</c> up. It has no keys, and whatever CNI_IFNAME says, it works on <c>lo</c>.</summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed class LoopbackPlugin(NodeKernel kernel) : IPlugin
{
    private const string Name = "lo";

    /// <inheritdoc/>
    public string Type => "loopback";

    /// <inheritdoc/>
    public string About => "CNI loopback plugin of MultiNet: sets lo up";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var previous = context.PrevResult;
        var socket = Enter(context.Call.NetNs);
        var rollback = new Rollback();
        try
        {
            var link = socket.LinkGet(Name);
            RefuseForeign(socket.AddressList(link.Index));
            if (!link.IsUp)
                rollback.Add(() => socket.LinkSet(link.Index, new LinkChange { Up = false }));
            socket.LinkSet(link.Index, new LinkChange { Up = true });
            // The kernel gives lo its addresses when it goes up.
            return previous ?? Describe(socket.AddressList(link.Index), context.Call.NetNs);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to set \"{Name}\" up");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        // The empty path would be the host's own namespace.
        if (context.Call.NetNs.Length == 0)
            return;
        try
        {
            kernel.Socket(context.Call.NetNs).LinkSet(Name, new LinkChange { Up = false });
        }
        catch (NamespaceNotFoundException)
        {
            // It is gone, and lo with it.
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to set \"{Name}\" down");
        }
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var previous = context.PrevResult;
        var socket = Enter(context.Call.NetNs);
        try
        {
            var link = socket.LinkGet(Name);
            if (!link.IsUp)
                throw new CniException(CniErrorCode.Internal, "loopback interface is down", $"lo in {context.Call.NetNs} was set down after ADD.");
            CheckAddresses(previous, socket.AddressList(link.Index), context.Call.NetNs);
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{Name}\"");
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        // Every namespace has its lo.
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        // lo goes with its namespace.
    }

    private RouteSocket Enter(string path)
    {
        try
        {
            return kernel.Socket(path);
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, path);
        }
    }

    private static void RefuseForeign(IReadOnlyList<InterfaceAddress> addresses)
    {
        foreach (var address in addresses)
        {
            if (!IPAddress.IsLoopback(address.Local))
            {
                throw new CniException(
                    CniErrorCode.Internal, $"loopback interface found with non-loopback address \"{address.Local}\"",
                    "Another program has given lo an address; the namespace is not a fresh one.");
            }
        }
    }

    private static CniResult Describe(IReadOnlyList<InterfaceAddress> addresses, string sandbox)
    {
        RefuseForeign(addresses);
        var ips = new List<CniIP>(2);
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            foreach (var address in addresses)
            {
                if (address.Local.AddressFamily != family)
                    continue;
                ips.Add(new CniIP { Address = new IPPrefix(address.Local, address.PrefixLength), Interface = 0 });
                break;
            }
        }
        return new CniResult
        {
            Interfaces = [new CniInterface { Name = Name, Mac = "00:00:00:00:00:00", Sandbox = sandbox }],
            IPs = ips,
        };
    }

    /// <summary>The addresses that ADD reported for <c>lo</c> must be there; the reference does not look.</summary>
    private static void CheckAddresses(CniResult? previous, IReadOnlyList<InterfaceAddress> addresses, string path)
    {
        foreach (var ip in previous?.IPs ?? [])
        {
            if (ip.Interface is not { } index || index < 0 || index >= previous!.Interfaces.Count || previous.Interfaces[index].Name != Name)
                continue;
            bool found = false;
            foreach (var address in addresses)
                found |= address.Local.Equals(ip.Address.Address) && address.PrefixLength == ip.Address.Length;
            if (!found)
                throw new CniException(CniErrorCode.Internal, $"loopback interface has lost its address {ip.Address}", $"lo in {path} had it after ADD.");
        }
    }
}
