using System.Runtime.InteropServices;
using System.Text;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink;

/// <summary>
/// Kernel parameters below /proc/sys. Those of <c>net</c> belong to the namespace of the thread that opens the file
/// (the kernel looks at the task, not at the mount), hence the overloads with a namespace.
/// </summary>
public static class Sysctl
{
    private const string Root = "/proc/sys/";

    /// <summary>The value without its trailing line end, in the namespace of the calling thread.</summary>
    /// <param name="name">Such as <c>net/ipv4/ip_forward</c> or <c>net.ipv4.ip_forward</c>; see <see cref="ToPath"/>.</param>
    /// <exception cref="KernelException">ENOENT: there is no such parameter.</exception>
    public static unsafe string Read(string name)
    {
        string operation = $"read sysctl {name}";
        using var file = Open(name, Libc.OpenReadOnly, operation);
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.Read(file.Number, buffer, 4096);
        if (length < 0)
            throw new KernelException(operation, Marshal.GetLastPInvokeError());
        return Encoding.UTF8.GetString(new ReadOnlySpan<byte>(buffer, (int)length).TrimEnd((byte)'\n'));
    }

    /// <summary>The value in a namespace; null means that of the calling thread.</summary>
    public static string Read(NetworkNamespace? target, string name) => target is null ? Read(name) : target.Run(() => Read(name));

    /// <summary>Sets a value in the namespace of the calling thread.</summary>
    /// <exception cref="KernelException">ENOENT: there is no such parameter. EINVAL: the kernel does not take the value.</exception>
    public static unsafe void Write(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        string operation = $"write \"{value}\" to sysctl {name}";
        using var file = Open(name, Libc.OpenWriteOnly, operation);
        // The kernel takes a value in one write, and an empty one must be a write too.
        byte[] bytes = Encoding.UTF8.GetBytes(value + "\n");
        fixed (byte* data = bytes)
        {
            nint written = Libc.Write(file.Number, data, (nuint)bytes.Length);
            if (written < 0)
                throw new KernelException(operation, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Sets a value in a namespace; null means that of the calling thread.</summary>
    public static void Write(NetworkNamespace? target, string name, string value)
    {
        if (target is null)
            Write(name, value);
        else
            target.Run(() => Write(name, value));
    }

    /// <summary>Sets several values in their order, with one change of threads. Stops at the first failure.</summary>
    public static void Write(NetworkNamespace? target, IEnumerable<KeyValuePair<string, string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (target is null)
            WriteAll(values);
        else
            target.Run(() => WriteAll(values));
    }

    /// <summary>
    /// The path below /proc/sys of a name by the rule of sysctl(8): the first separator decides. A name whose first separator is a
    /// dot has its dots and slashes exchanged (<c>net.ipv4.conf.eth0/100.rp_filter</c> is of <c>eth0.100</c>); any other is the path itself.
    /// </summary>
    /// <exception cref="KernelException">EINVAL: the name is empty or leads out of /proc/sys.</exception>
    public static string ToPath(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int first = name.AsSpan().IndexOfAny('.', '/');
        string path = first < 0 || name[first] == '/'
            ? name
            : string.Create(name.Length, name, static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                    span[i] = source[i] switch { '.' => '/', '/' => '.', var other => other };
            });
        foreach (var part in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(part) is "" or "." or ".." || path.Contains('\0'))
                throw new KernelException($"resolve sysctl \"{name}\"", Errno.EINVAL, $"\"{path}\" is not a path below /proc/sys");
        }
        return path;
    }

    private static void WriteAll(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
            Write(name, value);
    }

    private static FileDescriptor Open(string name, int flags, string operation)
    {
        int fd = Libc.Open(Root + ToPath(name), flags | Libc.OpenCloseOnExec, 0);
        return fd >= 0 ? new FileDescriptor(fd) : throw new KernelException(operation, Marshal.GetLastPInvokeError());
    }
}
