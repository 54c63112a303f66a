using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <summary>The host's end of a container's veth pair as a port of the bridge.</summary>
internal static class BridgePort
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    /// <summary>Sets what the port does; the defaults of a new port are not written again.</summary>
    /// <exception cref="CniException">The kernel refused.</exception>
    public static void Configure(RouteSocket host, Link port, BridgeConfig config)
    {
        if (config.HairpinMode || config.PortIsolation)
        {
            KernelFailure.Describe($"failed to setup hairpin mode or isolation for {port.Name}", () => host.LinkSet(port.Index, new LinkChange
            {
                BridgePort = new BridgePortSettings
                {
                    Hairpin = config.HairpinMode ? true : null,
                    Isolated = config.PortIsolation ? true : null,
                },
            }));
        }
        PortVlans.Configure(host, port, config);
    }

    /// <summary>
    /// Waits until the bridge forwards to and from the port. Kernels from 6.8 on bring the state up to date when they are asked; the
    /// older ones do it soon after the other end came up.
    /// </summary>
    /// <returns>The port as it is then.</returns>
    /// <exception cref="CniException">It did not come up within three seconds.</exception>
    public static Link WaitUntilUp(RouteSocket host, Link port)
    {
        var deadline = Deadline.After(s_limit);
        for (int pause = 1; ; pause = Math.Min(pause * 2, 64))
        {
            var link = host.LinkGet(port.Index);
            if (link.OperationalState == OperationalState.Up)
                return link;
            if (deadline.HasPassed)
            {
                throw new CniException(
                    CniErrorCode.Internal, $"bridge port in error state: {link.OperationalState}",
                    $"The port {link.Name} did not come up within {s_limit.TotalSeconds:0} seconds.");
            }
            Thread.Sleep(pause);
        }
    }

    /// <summary>Is the port as the configuration wants it?</summary>
    /// <exception cref="CniException">It is not.</exception>
    public static void Check(RouteSocket host, Link port, BridgeConfig config)
    {
        if ((port.BridgePort?.Hairpin ?? false) != config.HairpinMode)
            throw Mismatch(port, "hairpin mode", config.HairpinMode);
        if ((port.BridgePort?.Isolated ?? false) != config.PortIsolation)
            throw Mismatch(port, "isolation", config.PortIsolation);
        CheckVlans(host, port, config);
    }

    /// <summary>Has the port the VLANs that the configuration wants?</summary>
    /// <exception cref="CniException">One is missing.</exception>
    public static void CheckVlans(RouteSocket host, Link port, BridgeConfig config)
    {
        var wanted = PortVlans.Wanted(config);
        if (wanted.Count > 0 && PortVlans.FindMissing(host.BridgeVlanList(port.Index), wanted) is { } missing)
            throw new CniException(CniErrorCode.Internal, $"Bridge port {port.Name} does not have VLAN {missing}");
    }

    private static CniException Mismatch(Link port, string what, bool expected) =>
        new(CniErrorCode.Internal, $"Bridge port {port.Name} has {what} {(expected ? "off" : "on")}, configured is {(expected ? "on" : "off")}");
}
