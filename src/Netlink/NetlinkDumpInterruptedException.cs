namespace MultiNet.Netlink;

/// <summary>
/// A listing was inconsistent (NLM_F_DUMP_INTR: something changed while the kernel listed) as often as it was tried.
/// The caller may try again later; partial data is never handed out.
/// </summary>
public sealed class NetlinkDumpInterruptedException : NetlinkException
{
    internal NetlinkDumpInterruptedException(string operation, int attempts)
        : base(operation, Native.Errno.EINTR, $"the listing changed while it was read, in each of {attempts} attempts") => Attempts = attempts;

    /// <summary>How often the listing was tried.</summary>
    public int Attempts { get; }
}
