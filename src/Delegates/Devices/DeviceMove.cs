using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Devices;

/// <summary>Takes an interface of the host into a pod.</summary>
internal static class DeviceMove
{
    /// <summary>
    /// Moves the interface and renames it on its way, with one message: the host's udev never sees it under the pod's name. The
    /// reference goes through a namespace of its own for that. The alias keeps the name on the host, as the reference's DEL wants it.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="device">The interface on the host.</param>
    /// <param name="netns">The pod's namespace.</param>
    /// <param name="ifName">The name there.</param>
    /// <returns>The interface in the pod; down.</returns>
    /// <exception cref="CniException">The kernel refused: it may be in the pod half-way, and <see cref="DeviceReturn"/> takes it home.</exception>
    public static Link IntoPod(NodeKernel kernel, Link device, string netns, string ifName)
    {
        string what = $"failed to move link failed to move \"{ifName}\" (host: \"{device.Name}\") to container NS";
        return KernelFailure.Describe(what, () =>
        {
            kernel.Socket("").LinkSet(device.Index, new LinkChange { Namespace = kernel.Namespace(netns), Name = ifName, Alias = device.Name });
            return kernel.Socket(netns).LinkGet(ifName);
        });
    }

    /// <summary>Checks that the name is free in the pod, before anything is done.</summary>
    /// <exception cref="CniException">It is taken.</exception>
    public static void RequireFreeName(NodeKernel kernel, string device, string netns, string ifName)
    {
        if (!kernel.Socket(netns).TryGetLink(ifName, out _))
            return;
        throw new CniException(
            CniErrorCode.Internal, $"failed to move link failed to move \"{ifName}\" (host: \"{device}\") to container NS: file exists",
            $"The interface \"{ifName}\" exists in {netns} already: ADD was called twice without DEL, or another network made it. \"{device}\" stays on the host.");
    }
}
