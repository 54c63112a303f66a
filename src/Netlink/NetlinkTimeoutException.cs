namespace MultiNet.Netlink;

/// <summary>The kernel did not answer within the deadline of the socket. What was asked may or may not have been done.</summary>
public sealed class NetlinkTimeoutException : NetlinkException
{
    internal NetlinkTimeoutException(string operation, TimeSpan deadline)
        : base(operation, Native.Errno.ETIMEDOUT, $"no answer from the kernel within {deadline.TotalSeconds} s")
    {
    }
}
