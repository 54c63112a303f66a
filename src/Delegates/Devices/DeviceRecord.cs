using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Devices;

/// <summary>
/// What an interface of the host was like before a pod got it: how to know it again, whatever it is called by then, and what to
/// restore.
/// </summary>
internal sealed record DeviceRecord
{
    /// <summary>Its name on the host; "" for a device without an interface (DPDK).</summary>
    public required string Name { get; init; }

    /// <summary>The pod's namespace.</summary>
    public string NetNs { get; init; } = "";

    /// <summary>Its index in the pod's namespace; 0 while it is not known to have arrived.</summary>
    public int PodIndex { get; init; }

    /// <summary>The kind of a virtual interface; "" for hardware, which comes home by itself when the pod's namespace ends.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Bus and name of the device that it belongs to; both "" for none.</summary>
    public (string Bus, string Name) Parent { get; init; } = ("", "");

    /// <summary>The driver of that device.</summary>
    public string Driver { get; init; } = "";

    /// <summary>The address burnt in; empty for virtual interfaces.</summary>
    public MacAddress PermanentMac { get; init; }

    /// <summary>The hardware address.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>The MTU in bytes.</summary>
    public int Mtu { get; init; }

    /// <summary>Was it up?</summary>
    public bool Up { get; init; }

    /// <summary>The alias.</summary>
    public string Alias { get; init; } = "";

    /// <summary>The name of the bridge, bond or VRF that it was a port of, or "".</summary>
    public string Master { get; init; } = "";

    /// <summary>Its permanent addresses, without those that the kernel makes.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>Is its alias in the pod its name on the host?</summary>
    public bool IsMarked { get; init; } = true;

    /// <summary>Is it hardware?</summary>
    public bool IsPhysical => Kind.Length == 0;

    /// <summary>The state of an interface on the host.</summary>
    /// <param name="host">A socket there.</param>
    /// <param name="link">The interface.</param>
    /// <param name="sysfs">The devices.</param>
    /// <param name="netns">The namespace into which it is about to go.</param>
    public static DeviceRecord Of(RouteSocket host, Link link, Sysfs sysfs, string netns)
    {
        var addresses = new List<InterfaceAddress>();
        foreach (var address in host.AddressList(link.Index))
        {
            if ((address.Flags & AddressFlags.Permanent) != 0 && !address.Local.IsIPv6LinkLocal)
                addresses.Add(WithoutDerived(address));
        }
        return new DeviceRecord
        {
            Name = link.Name,
            NetNs = netns,
            Kind = link.Kind,
            Parent = (link.ParentBus, link.ParentDevice),
            Driver = link.ParentDevice.Length > 0 ? sysfs.DriverOf(link.ParentBus, link.ParentDevice) : "",
            PermanentMac = link.PermanentMacAddress,
            Mac = link.MacAddress,
            Mtu = link.Mtu,
            Up = link.IsUp,
            Alias = link.Alias,
            Master = link.MasterIndex != 0 && host.TryGetLink(link.MasterIndex, out var master) ? master.Name : "",
            Addresses = addresses,
        };
    }

    /// <summary>Reads a record.</summary>
    /// <returns>Null where it is none.</returns>
    public static DeviceRecord? Read(JsonFields fields)
    {
        try
        {
            var addresses = new List<InterfaceAddress>();
            foreach (var item in fields.Objects("addresses"))
                addresses.Add(ReadAddress(item));
            return new DeviceRecord
            {
                Name = fields.String("name"),
                NetNs = fields.String("netns"),
                PodIndex = fields.Int("podIndex"),
                Kind = fields.String("kind"),
                Parent = (fields.String("bus"), fields.String("device")),
                Driver = fields.String("driver"),
                PermanentMac = ReadMac(fields.String("permanentMac")),
                Mac = ReadMac(fields.String("mac")),
                Mtu = fields.Int("mtu"),
                Up = fields.Bool("up"),
                Alias = fields.String("alias"),
                Master = fields.String("master"),
                Addresses = addresses,
            };
        }
        catch (CniException)
        {
            return null;
        }
    }

    /// <summary>Writes the keys into an object that is open.</summary>
    public void Write(GoJsonWriter writer)
    {
        writer.StringUnlessEmpty("name", Name);
        writer.StringUnlessEmpty("netns", NetNs);
        writer.NumberUnlessNull("podIndex", PodIndex == 0 ? null : PodIndex);
        writer.StringUnlessEmpty("kind", Kind);
        writer.StringUnlessEmpty("bus", Parent.Bus);
        writer.StringUnlessEmpty("device", Parent.Name);
        writer.StringUnlessEmpty("driver", Driver);
        writer.StringUnlessEmpty("permanentMac", PermanentMac.ToString());
        writer.StringUnlessEmpty("mac", Mac.ToString());
        writer.NumberUnlessNull("mtu", Mtu == 0 ? null : Mtu);
        writer.Name("up");
        writer.Bool(Up);
        writer.StringUnlessEmpty("alias", Alias);
        writer.StringUnlessEmpty("master", Master);
        if (Addresses.Count == 0)
            return;
        writer.Name("addresses");
        writer.BeginArray();
        foreach (var address in Addresses)
            WriteAddress(writer, address);
        writer.EndArray();
    }

    /// <summary>Looks for the interface among those of the pod.</summary>
    public Link? FindInPod(IReadOnlyList<Link> links, string ifName)
    {
        foreach (var link in links)
        {
            if (IsSameHardware(link) && ((PodIndex != 0 && link.Index == PodIndex) || (link.Name == ifName && link.Alias == Name)))
                return link;
        }
        return FindAtHome(links);
    }

    /// <summary>Looks for the interface among those of the host, under whatever name.</summary>
    public Link? FindAtHome(IReadOnlyList<Link> links)
    {
        Link? found = null;
        foreach (var link in links)
        {
            if (!IsSameHardware(link))
                continue;
            // The mark that ADD left; an address burnt in; a card with one interface.
            if (link.Alias == Name || (!PermanentMac.IsZero && PermanentMac == link.PermanentMacAddress))
                return link;
            if ((Parent.Name.Length > 0 && link.ParentDevice == Parent.Name) || (link.Name == Name && link.MacAddress == Mac))
                found = link;
        }
        return found;
    }

    // No broadcast address at all is 0.0.0.0 for the kernel: what is not said would be derived.
    private static InterfaceAddress WithoutDerived(InterfaceAddress address) =>
        address.Broadcast is null && address.Local.AddressFamily == AddressFamily.InterNetwork ? address with { Broadcast = IPAddress.Any } : address;

    private bool IsSameHardware(Link link) =>
        link.Kind == Kind && (Parent.Name.Length == 0 || (link.ParentBus == Parent.Bus && link.ParentDevice == Parent.Name) || link.ParentDevice.Length == 0)
        && (PermanentMac.IsZero || link.PermanentMacAddress.IsZero || link.PermanentMacAddress == PermanentMac);

    private static MacAddress ReadMac(string text) => MacAddress.TryParse(text, out var mac) ? mac : default;

    private static InterfaceAddress ReadAddress(JsonFields item)
    {
        var local = item.Address("local") ?? throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf("local")}: missing");
        return new InterfaceAddress
        {
            Local = local,
            PrefixLength = item.Int("prefix"),
            Peer = item.Address("peer"),
            Broadcast = item.Address("broadcast"),
            Scope = (RouteScope)item.Int("scope"),
            Flags = (AddressFlags)item.Int("flags"),
            Label = item.String("label"),
        };
    }

    private static void WriteAddress(GoJsonWriter writer, InterfaceAddress address)
    {
        writer.BeginObject();
        writer.StringUnlessEmpty("local", address.Local.ToString());
        writer.NumberUnlessNull("prefix", address.PrefixLength);
        writer.StringUnlessEmpty("peer", address.Peer?.ToString() ?? "");
        writer.StringUnlessEmpty("broadcast", address.Broadcast?.ToString() ?? "");
        writer.NumberUnlessNull("scope", (int)address.Scope);
        writer.NumberUnlessNull("flags", (int)(address.Flags & (AddressFlags.NoPrefixRoute | AddressFlags.NoDuplicateDetection)));
        writer.StringUnlessEmpty("label", address.Label ?? "");
        writer.EndObject();
    }
}
