namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>No daemon answers: it is not started, it ended, or it hangs.</summary>
internal sealed class DaemonAwayException(string message) : Exception(message);
