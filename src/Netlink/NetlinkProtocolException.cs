namespace MultiNet.Netlink;

/// <summary>A netlink message is malformed: an attribute that is longer than its message, or too short for its value.</summary>
public sealed class NetlinkProtocolException : NetlinkException
{
    internal NetlinkProtocolException(string problem)
        : base("read netlink message", Native.Errno.EBADMSG, problem)
    {
    }
}
