using MultiNet.Cni;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Tests.Doubles;

/// <summary>Devices of a pod in memory, given as <c>RESOURCE ID HOLDER</c>.</summary>
internal sealed class FakeDevices(string description, params string[] devices) : IDeviceSource
{
    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>What it fails with, or null.</summary>
    public string? Failure { get; init; }

    public string Description => description;

    public IReadOnlyList<AllocatedDevice> AllocatedTo(PodReference reference, Pod? pod)
    {
        Asked++;
        if (Failure is not null)
            throw new CniException(CniErrorCode.TryAgainLater, Failure);
        return [.. devices.Select(line => line.Split(' ', 3)).Select(part => new AllocatedDevice(part[0], part[1], part[2]))];
    }
}
