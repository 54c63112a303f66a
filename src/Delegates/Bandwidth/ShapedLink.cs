using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>What ADD did to one interface, as it is recorded.</summary>
internal sealed record ShapedLink
{
    /// <summary>The namespace's path; "" for the host's.</summary>
    public required string NetNs { get; init; }

    /// <summary>The interface's name.</summary>
    public required string Name { get; init; }

    /// <summary>The interface's index.</summary>
    public required int Index { get; init; }

    /// <summary>The interface's hardware address when it was shaped.</summary>
    public required string Mac { get; init; }

    /// <summary>Bytes of payload per packet; not recorded.</summary>
    public int Mtu { get; init; }

    /// <summary>Is there a token bucket filter on what it sends?</summary>
    public bool Sends { get; init; }

    /// <summary>The intermediate functional block through which goes what it receives, or "".</summary>
    public string Ifb { get; init; } = "";

    /// <summary>Is it the host's end of a pair, which sends what the container receives?</summary>
    public bool IsOnHost => NetNs.Length == 0;

    /// <summary>The limit on what it sends.</summary>
    public RateLimit? Sending(BandwidthConfig config) => !Sends ? null : IsOnHost ? config.Ingress : config.Egress;

    /// <summary>The limit on what it receives.</summary>
    public RateLimit? Receiving(BandwidthConfig config) => Ifb.Length == 0 ? null : IsOnHost ? config.Egress : config.Ingress;

    /// <summary>Describes an interface to which nothing was done yet.</summary>
    public static ShapedLink Of(string netns, Link link) =>
        new() { NetNs = netns, Name = link.Name, Index = link.Index, Mac = link.MacAddress.ToString(), Mtu = link.Mtu };

    /// <summary>Reads one.</summary>
    /// <exception cref="Cni.CniException">Code 6: a key of another type.</exception>
    public static ShapedLink Read(JsonFields fields) => new()
    {
        NetNs = fields.String("netns"),
        Name = fields.String("name"),
        Index = fields.Int("index"),
        Mac = fields.String("mac"),
        Sends = fields.Bool("sends"),
        Ifb = fields.String("ifb"),
    };

    /// <summary>Writes it.</summary>
    public void Write(GoJsonWriter writer)
    {
        writer.BeginObject();
        writer.StringUnlessEmpty("netns", NetNs);
        writer.StringUnlessEmpty("name", Name);
        writer.NumberUnlessNull("index", Index);
        writer.StringUnlessEmpty("mac", Mac);
        writer.Name("sends");
        writer.Bool(Sends);
        writer.StringUnlessEmpty("ifb", Ifb);
        writer.EndObject();
    }
}
