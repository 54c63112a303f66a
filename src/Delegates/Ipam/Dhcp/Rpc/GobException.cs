namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>Bytes that are no gob stream, or more than this reader takes.</summary>
internal sealed class GobException(string message) : Exception(message);
