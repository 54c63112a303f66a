namespace MultiNet.Networks;

/// <summary>
/// The device behind an attachment (NPWG device information specification 1.1.0). Empty texts are left out of the JSON.
/// </summary>
public sealed record DeviceInfo
{
    /// <summary>The newest version of the format.</summary>
    public const string LatestVersion = "1.1.0";

    /// <summary>Which of the objects below describes the device: one of <see cref="DeviceType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The version of the format.</summary>
    public string Version { get; init; } = LatestVersion;

    /// <summary>The device, where <see cref="Type"/> is <c>pci</c>.</summary>
    public PciDevice? Pci { get; init; }

    /// <summary>The device, where <see cref="Type"/> is <c>vdpa</c>.</summary>
    public VdpaDevice? Vdpa { get; init; }

    /// <summary>The device, where <see cref="Type"/> is <c>vhost-user</c>.</summary>
    public VhostUserDevice? VhostUser { get; init; }

    /// <summary>The device, where <see cref="Type"/> is <c>memif</c>.</summary>
    public MemifDevice? Memif { get; init; }

    /// <summary>Everything in which it differs from the specification.</summary>
    public IReadOnlyList<Problem> FindProblems() => DeviceInfoRules.Check(this);
}
