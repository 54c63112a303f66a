using System.Net;

namespace MultiNet.Cni;

/// <summary>An address of a result.</summary>
public sealed record CniIP
{
    /// <summary>The address with its prefix length, host bits kept.</summary>
    public required IPPrefix Address { get; init; }

    /// <summary>The subnet's gateway, if any.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Index into <see cref="CniResult.Interfaces"/>, or null.</summary>
    public int? Interface { get; init; }
}
