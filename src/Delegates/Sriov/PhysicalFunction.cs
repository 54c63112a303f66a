using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sriov;

/// <summary>A virtual function as it is reached through its physical function.</summary>
/// <param name="host">A socket on the host.</param>
/// <param name="link">The physical function's interface.</param>
/// <param name="index">The number of the virtual function.</param>
internal sealed class PhysicalFunction(RouteSocket host, Link link, int index)
{
    /// <summary>The physical function's interface.</summary>
    public Link Link => link;

    /// <summary>Finds the physical function of a virtual one, as it is now: numbers and names may have changed since an ADD.</summary>
    /// <returns>Null where there is no such virtual function, or its card has no interface on the host.</returns>
    public static PhysicalFunction? TryFind(RouteSocket host, Sysfs sysfs, PciAddress device)
    {
        if (!sysfs.TryPhysicalFunction(device, out var physical) || sysfs.IndexOf(physical, device) is not (>= 0 and var index))
            return null;
        return new DeviceFinder(host, sysfs).OfPci(physical) is { } link ? new PhysicalFunction(host, link, index) : null;
    }

    /// <summary>What the virtual function is set to.</summary>
    /// <exception cref="CniException">The card does not know it.</exception>
    public VirtualFunction Read()
    {
        foreach (var function in host.VirtualFunctionList(link.Index))
        {
            if (function.Index == index)
                return function;
        }
        throw new CniException(CniErrorCode.Internal, $"failed to get original vf information: failed to find vf {index}", $"The card \"{link.Name}\" has no such virtual function.");
    }

    /// <summary>Changes settings one by one, in the reference's order and with its words.</summary>
    /// <param name="change">The settings.</param>
    /// <param name="run">Runs a step that is described; throws or collects.</param>
    public void Set(VirtualFunctionChange change, Action<string, Action> run)
    {
        if (change.Vlan is { } vlan)
            Step($"set vf {index} vlan configuration - id {vlan.Id}, qos {vlan.Priority} and proto {(vlan.Protocol == VirtualFunctionVlan.Dot1AD ? "802.1ad" : "802.1q")}", new() { Vlan = vlan });
        if (change.MacAddress is { } mac)
            Step($"set MAC address to {mac}", new() { MacAddress = mac });
        if (change.TransmitRate is { } rate)
            Step($"set vf {index} min_tx_rate to {rate.Minimum} Mbps: max_tx_rate to {rate.Maximum} Mbps", new() { TransmitRate = rate });
        if (change.SpoofCheck is { } spoofCheck)
            Step($"set vf {index} spoofchk flag to {(spoofCheck ? "on" : "off")}", new() { SpoofCheck = spoofCheck });
        if (change.Trust is { } trust)
            Step($"set vf {index} trust flag to {(trust ? "on" : "off")}", new() { Trust = trust });
        if (change.LinkState is { } state)
            Step($"set vf {index} link state to {(uint)state}", new() { LinkState = state });

        void Step(string what, VirtualFunctionChange one) => run(what, () => host.VirtualFunctionSet(link.Index, index, one));
    }
}
