using System.Net;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>A lease: all that is needed to keep it and to give it back, by this daemon or the next.</summary>
internal sealed record Lease
{
    /// <summary>Whose it is.</summary>
    public required LeaseId Id { get; init; }

    /// <summary>The path of the container's network namespace.</summary>
    public required string NetNs { get; init; }

    /// <summary>The interface's hardware address: the path may lead to another container by now.</summary>
    public required MacAddress HardwareAddress { get; init; }

    /// <summary>How far it got.</summary>
    public required LeaseState State { get; init; }

    /// <summary>When the request that gave it was sent. UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The server's message: ACK, or OFFER where the state is <see cref="LeaseState.Requested"/>.</summary>
    public required DhcpMessage Message { get; init; }

    /// <summary>The hardware address from which it came: the server's, or a relay's.</summary>
    public MacAddress ServerHardwareAddress { get; init; }

    /// <summary>Options of every message about it (<c>provide</c>).</summary>
    public IReadOnlyList<(byte Code, byte[] Value)> Provided { get; init; } = [];

    /// <summary>Option 55 of every message about it.</summary>
    public byte[] ParameterRequestList { get; init; } = [];

    /// <summary>The address.</summary>
    public IPAddress Address => Message.YourAddress;

    /// <summary>Option 61: what the configuration provides, else made of the names.</summary>
    public byte[] ClientIdentifier
    {
        get
        {
            foreach (var (code, value) in Provided)
            {
                if (code == OptionCode.ClientIdentifier)
                    return value;
            }
            return Id.ClientIdentifier();
        }
    }
}
