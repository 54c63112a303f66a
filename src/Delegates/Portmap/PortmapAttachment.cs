using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Portmap;

/// <summary>What is done for one attachment, complete: out of the configuration at ADD, out of the record afterwards.</summary>
internal sealed record PortmapAttachment
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The container.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The interface in the container.</summary>
    public required string IfName { get; init; }

    /// <summary>The path of the container's namespace at ADD.</summary>
    public string NetNs { get; init; } = "";

    /// <summary>Who made the rules.</summary>
    public PortmapBackend Backend { get; init; }

    /// <summary>The mappings.</summary>
    public IReadOnlyList<PortMapping> Mappings { get; init; } = [];

    /// <summary>The container's IPv4 address with the length of its subnet's prefix.</summary>
    public IPPrefix? IPv4 { get; init; }

    /// <summary>The container's IPv6 address.</summary>
    public IPPrefix? IPv6 { get; init; }

    /// <inheritdoc cref="PortmapConfig.Snat"/>
    public bool Snat { get; init; }

    /// <inheritdoc cref="PortmapConfig.MasqAll"/>
    public bool MasqAll { get; init; }

    /// <inheritdoc cref="PortmapConfig.MarkBit"/>
    public int MarkBit { get; init; }

    /// <inheritdoc cref="PortmapConfig.SetMarkChain"/>
    public string? SetMarkChain { get; init; }

    /// <inheritdoc cref="PortmapConfig.ConditionsV4"/>
    public IReadOnlyList<string> ConditionsV4 { get; init; } = [];

    /// <inheritdoc cref="PortmapConfig.ConditionsV6"/>
    public IReadOnlyList<string> ConditionsV6 { get; init; } = [];

    /// <summary>The address of a family; null where the container has none.</summary>
    public IPPrefix? Address(bool ipv4) => ipv4 ? IPv4 : IPv6;

    /// <summary>The conditions of a family.</summary>
    public IReadOnlyList<string> Conditions(bool ipv4) => ipv4 ? ConditionsV4 : ConditionsV6;

    /// <summary>Is there an address to map ports to?</summary>
    public bool HasAddress => IPv4 is not null || IPv6 is not null;

    /// <summary>The attachment of a call: the first address of each family that is not another interface's.</summary>
    public static PortmapAttachment Of(PluginContext context, PortmapConfig config, PortmapBackend backend, CniResult? previous)
    {
        var attachment = new PortmapAttachment
        {
            Network = context.NetworkName,
            ContainerId = context.Call.ContainerId,
            IfName = context.Call.IfName,
            NetNs = context.Call.NetNs,
            Backend = backend,
            Mappings = config.Mappings,
            Snat = config.Snat,
            MasqAll = config.MasqAll,
            MarkBit = config.MarkBit,
            SetMarkChain = config.SetMarkChain,
            ConditionsV4 = config.ConditionsV4,
            ConditionsV6 = config.ConditionsV6,
        };
        return attachment.WithAddresses(previous, context.Call);
    }

    /// <summary>The same with the addresses of a previous result.</summary>
    public PortmapAttachment WithAddresses(CniResult? previous, CniCall call)
    {
        IPPrefix? ipv4 = null, ipv6 = null;
        foreach (var ip in previous?.IPs ?? [])
        {
            // An index that leads nowhere says nothing: the reference takes the address then.
            if (ip.Interface is { } index && index >= 0 && index < previous!.Interfaces.Count
                && (previous.Interfaces[index].Name != call.IfName || previous.Interfaces[index].Sandbox.Length == 0))
            {
                continue;
            }
            if (ip.Address.IsIPv4)
                ipv4 ??= ip.Address;
            else
                ipv6 ??= ip.Address;
        }
        return this with { IPv4 = ipv4, IPv6 = ipv6 };
    }

    /// <summary>Is it of the same container and network and interface?</summary>
    public bool IsSameAs(PortmapAttachment other) => SharesChainWith(other) && IfName == other.IfName;

    /// <summary>Is it of the same container and network? With iptables such attachments share a chain.</summary>
    public bool SharesChainWith(PortmapAttachment other) => Network == other.Network && ContainerId == other.ContainerId;

    /// <summary>A mapping of ours that would have packets of the other one's; null for none.</summary>
    public PortMapping? CollisionWith(PortmapAttachment other)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            if (Address(ipv4) is null || other.Address(ipv4) is null)
                continue;
            foreach (var mapping in Mappings)
            {
                foreach (var theirs in other.Mappings)
                {
                    if (mapping.CollidesWith(theirs, ipv4))
                        return mapping;
                }
            }
        }
        return null;
    }

    /// <summary>Writes the fields of a record.</summary>
    public void Write(GoJsonWriter writer)
    {
        writer.Name("backend");
        writer.String(Backend == PortmapBackend.Iptables ? "iptables" : "nftables");
        writer.StringUnlessEmpty("netns", NetNs);
        writer.StringUnlessEmpty("ipv4", IPv4?.ToString() ?? "");
        writer.StringUnlessEmpty("ipv6", IPv6?.ToString() ?? "");
        writer.Name("snat");
        writer.Bool(Snat);
        writer.Name("masqAll");
        writer.Bool(MasqAll);
        writer.Name("markMasqBit");
        writer.Number(MarkBit);
        writer.StringUnlessEmpty("externalSetMarkChain", SetMarkChain ?? "");
        writer.StringsUnlessEmpty("conditionsV4", ConditionsV4);
        writer.StringsUnlessEmpty("conditionsV6", ConditionsV6);
        writer.Name("portMappings");
        writer.BeginArray();
        foreach (var mapping in Mappings)
        {
            writer.BeginObject();
            writer.Name("hostPort");
            writer.Number(mapping.HostPort);
            writer.Name("containerPort");
            writer.Number(mapping.ContainerPort);
            writer.Name("protocol");
            writer.String(mapping.Protocol);
            writer.StringUnlessEmpty("hostIP", mapping.HostIP is null ? "" : IPText.Format(mapping.HostIP));
            writer.EndObject();
        }
        writer.EndArray();
    }

    /// <summary>Reads a record; null where it makes no sense.</summary>
    public static PortmapAttachment? Read(AttachmentRecord? record)
    {
        if (record is null)
            return null;
        try
        {
            var fields = record.Fields;
            return new PortmapAttachment
            {
                Network = record.Network,
                ContainerId = record.ContainerId,
                IfName = record.IfName,
                NetNs = fields.String("netns"),
                Backend = fields.String("backend") == "nftables" ? PortmapBackend.Nftables : PortmapBackend.Iptables,
                IPv4 = fields.Prefix("ipv4"),
                IPv6 = fields.Prefix("ipv6"),
                Snat = fields.Bool("snat"),
                MasqAll = fields.Bool("masqAll"),
                MarkBit = Math.Clamp(fields.Int("markMasqBit"), 0, 31),
                SetMarkChain = fields.Has("externalSetMarkChain") ? fields.String("externalSetMarkChain") : null,
                ConditionsV4 = fields.Strings("conditionsV4"),
                ConditionsV6 = fields.Strings("conditionsV6"),
                Mappings = PortMapping.ReadAll(fields, "portMappings"),
            };
        }
        catch (CniException)
        {
            return null;
        }
    }
}
