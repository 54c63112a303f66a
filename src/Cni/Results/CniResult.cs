namespace MultiNet.Cni;

/// <summary>
/// The result of an ADD in the form of the newest specification version; <see cref="CniVersion"/> is the version in which it
/// was received or is to be printed (CNI specification 1.1, section "Add Success").
/// </summary>
public sealed record CniResult
{
    /// <summary>The version in which the result travels.</summary>
    public string CniVersion { get; init; } = Cni.CniVersion.Latest;

    /// <summary>Interfaces made by the attachment, on the host and in the container.</summary>
    public IReadOnlyList<CniInterface> Interfaces { get; init; } = [];

    /// <summary>Addresses assigned.</summary>
    public IReadOnlyList<CniIP> IPs { get; init; } = [];

    /// <summary>Routes made in the container.</summary>
    public IReadOnlyList<CniRoute> Routes { get; init; } = [];

    /// <summary>DNS settings; <see cref="CniDns.Empty"/> where there are none.</summary>
    public CniDns Dns { get; init; } = CniDns.Empty;

    /// <summary>
    /// The same result as <paramref name="version"/> can say it: what a version has no key for is dropped, exactly as if it had been
    /// printed in that version and read again.
    /// </summary>
    /// <exception cref="CniException">Code 1: an unknown version, or nothing left that 0.1.0 and 0.2.0 can say.</exception>
    public CniResult ConvertTo(string version) => CniResultConverter.Convert(this, version);
}
