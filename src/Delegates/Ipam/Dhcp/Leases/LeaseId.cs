using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>Whose lease it is: one interface of one container in one network.</summary>
internal readonly record struct LeaseId(string ContainerId, string Network, string IfName)
{
    // The option's length is one byte, and its first byte a type.
    private const int LongestClientId = 254;

    /// <summary>Option 61 as the reference makes it, so that a lease outlives a change of the daemon: type 0, then names, cut.</summary>
    public byte[] ClientIdentifier()
    {
        byte[] name = Encoding.UTF8.GetBytes(ToString());
        return [0, .. name.AsSpan(0, Math.Min(name.Length, LongestClientId))];
    }

    /// <summary>May the three be told apart in a file's name, and are they what the specification allows?</summary>
    /// <exception cref="CniException">Code 4 or 7: one of them is missing or malformed.</exception>
    public void Validate()
    {
        if (ContainerId.Length == 0 || IfName.Length == 0)
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, "container or interface is missing", "A lease belongs to one interface of one container.");
        Cni.ContainerId.Validate(ContainerId);
        InterfaceName.Validate(IfName);
        NetworkName.Validate(Network);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ContainerId}/{Network}/{IfName}";
}
