using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>DEL of an interface in a container that may be half gone.</summary>
internal static class ContainerLink
{
    /// <summary>The socket inside the container's namespace, which must be there.</summary>
    /// <exception cref="CniException">Code 4: the path is empty, or no network namespace.</exception>
    public static RouteSocket Enter(NodeKernel kernel, string netns)
    {
        try
        {
            // The empty path would be the host's own namespace.
            return kernel.Socket(netns.Length > 0 ? netns : throw new CniException(
                CniErrorCode.InvalidEnvironmentVariables, "required env variables [CNI_NETNS] missing"));
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, netns);
        }
    }

    /// <summary>The socket inside the container's namespace; null where the namespace is gone.</summary>
    /// <exception cref="KernelException">It is there and cannot be opened.</exception>
    public static RouteSocket? TryEnter(NodeKernel kernel, string netns)
    {
        if (netns.Length == 0)
            return null;
        try
        {
            return kernel.Socket(netns);
        }
        catch (KernelException e) when (e is NamespaceNotFoundException or NotANamespaceException)
        {
            // An ordinary file is what stays of a namespace whose bind mount was undone.
            return null;
        }
    }

    /// <summary>Deletes the interface. Gone is good.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static void Delete(NodeKernel kernel, CniCall call, CniResult? previous)
    {
        if (TryEnter(kernel, call.NetNs) is { } socket)
        {
            try
            {
                socket.LinkDelete(call.IfName);
            }
            catch (NetlinkException e) when (e.IsNotFound)
            {
            }
        }
        else if (HostEndOf(previous) is { } end)
        {
            DeleteHostEnd(kernel.Socket(""), end);
        }
    }

    // A namespace whose path is gone may live on in a process; then the pair lives, too. The path is known to be ours by name and address.
    private static void DeleteHostEnd(RouteSocket host, CniInterface end)
    {
        if (!host.TryGetLink(end.Name, out var link) || link.Kind != "veth" || link.MacAddress.ToString() != end.Mac)
            return;
        try
        {
            host.LinkDelete(link.Index);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
        }
    }

    private static CniInterface? HostEndOf(CniResult? previous)
    {
        foreach (var candidate in previous?.Interfaces ?? [])
        {
            if (candidate.Sandbox.Length == 0 && candidate.Mac.Length > 0 && candidate.Name.StartsWith("veth", StringComparison.Ordinal))
                return candidate;
        }
        return null;
    }
}
