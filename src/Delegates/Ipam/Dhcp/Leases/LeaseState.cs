namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>How far a lease got, as its file tells.</summary>
internal enum LeaseState
{
    /// <summary>A server offered the address, and it was asked for: the server may have given it.</summary>
    Requested,

    /// <summary>The container has it.</summary>
    Bound,
}
