using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>One plugin of a definition's chain, as rules look at it.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Value">Its configuration, an object.</param>
/// <param name="Index">Its place in the chain, from 0.</param>
internal sealed record PluginSubject(DefinitionSubject Definition, LocatedValue Value, int Index)
{
    /// <summary>The type; empty where there is none.</summary>
    public string Type { get; } = Value.TextOf("type");

    /// <summary>The IPAM plugin's configuration where it is an object.</summary>
    public LocatedValue? Ipam { get; } = Value.ObjectOf("ipam");

    /// <summary>The IPAM plugin's type; empty where there is none: then no IPAM plugin runs.</summary>
    public string IpamType => Ipam?.TextOf("type") ?? "";

    /// <summary>Does an earlier plugin's result come to it?</summary>
    public bool IsChained => Index > 0 || Value.Has("prevResult");

    /// <summary>The arguments <c>args.cni</c>, or null.</summary>
    public LocatedValue? ArgsCni => Value.ObjectOf("args")?.ObjectOf("cni");

    /// <summary>Does it declare a capability? Names of capabilities are data: their letter case counts.</summary>
    public bool Declares(string capability) =>
        Value.ObjectOf("capabilities")?.Exact(capability) is { Kind: JsonValueKind.True };

    /// <summary>Is the device that the kubelet picks put in as <c>deviceID</c> and <c>pciBusID</c>?</summary>
    public bool GetsDevice => Definition.Definition.ResourceName.Length > 0;
}
