namespace MultiNet.Cni;

/// <summary>DNS settings of a result or of a configuration.</summary>
public sealed record CniDns
{
    /// <summary>No settings.</summary>
    public static CniDns Empty { get; } = new();

    /// <summary>Name servers in order of preference.</summary>
    public IReadOnlyList<string> Nameservers { get; init; } = [];

    /// <summary>The local domain, or empty.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Search domains in order of preference.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>Options for the resolver.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Is nothing set?</summary>
    public bool IsEmpty => Nameservers.Count == 0 && Domain.Length == 0 && Search.Count == 0 && Options.Count == 0;
}
