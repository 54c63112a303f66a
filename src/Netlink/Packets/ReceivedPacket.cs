namespace MultiNet.Netlink;

/// <summary>A packet that a <see cref="PacketSocket"/> took.</summary>
/// <param name="Length">Bytes of it in the buffer.</param>
/// <param name="Source">The hardware address of the last hop.</param>
/// <param name="IsChecksumReady">False where the sender, on this machine, left the UDP checksum to hardware: it cannot be compared.</param>
public readonly record struct ReceivedPacket(int Length, MacAddress Source, bool IsChecksumReady);
