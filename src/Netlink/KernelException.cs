namespace MultiNet.Netlink;

/// <summary>
/// The kernel refused something. The base of every expected failure of this library: what was tried, and the error number.
/// </summary>
public class KernelException : Exception
{
    /// <summary>Creates the exception with the message <c>operation: text (ERRNO)[: detail]</c>.</summary>
    /// <param name="operation">What was tried, such as <c>add link "eth0"</c>.</param>
    /// <param name="errno">The Linux error number (positive).</param>
    /// <param name="detail">What else is known, or null.</param>
    public KernelException(string operation, int errno, string? detail = null)
        : this(operation, errno, Describe(operation, errno, detail), inner: null)
    {
    }

    private protected KernelException(string operation, int errno, string message, Exception? inner)
        : base(message, inner)
    {
        Operation = operation;
        Errno = errno;
    }

    /// <summary>What was tried, such as <c>add link "eth0"</c>.</summary>
    public string Operation { get; }

    /// <summary>The Linux error number, positive; such as 17.</summary>
    public int Errno { get; }

    /// <summary>The symbolic name of <see cref="Errno"/>, such as <c>EEXIST</c>.</summary>
    public string ErrnoName => Native.Errno.Name(Errno);

    /// <summary>
    /// The thing named does not exist: ENODEV (link), ENOENT (file, rule, table), ESRCH (route), ENXIO, EADDRNOTAVAIL (address).
    /// </summary>
    public bool IsNotFound => Errno is Native.Errno.ENODEV or Native.Errno.ENOENT or Native.Errno.ESRCH or Native.Errno.ENXIO
        or Native.Errno.EADDRNOTAVAIL;

    /// <summary>The thing to be made is there already: EEXIST.</summary>
    public bool IsExists => Errno == Native.Errno.EEXIST;

    /// <summary>The process lacks the privilege: EPERM or EACCES.</summary>
    public bool IsNotPermitted => Errno is Native.Errno.EPERM or Native.Errno.EACCES;

    /// <summary>The kernel lacks the feature (module not loaded, option not built in): EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT.</summary>
    public bool IsNotSupported => Errno is Native.Errno.EOPNOTSUPP or Native.Errno.EAFNOSUPPORT or Native.Errno.EPROTONOSUPPORT or 524;

    private protected static string Describe(string operation, int errno, string? detail)
    {
        var text = $"{operation}: {Native.Errno.Text(errno)} ({Native.Errno.Name(errno)})";
        return string.IsNullOrEmpty(detail) ? text : $"{text}: {detail}";
    }
}
