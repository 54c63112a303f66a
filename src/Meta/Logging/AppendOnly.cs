using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MultiNet.Meta.Logging;

/// <summary>Files opened with O_APPEND, which .NET's FileMode.Append is not: it seeks once and then writes at its own position.</summary>
internal static partial class AppendOnly
{
    private const int WriteOnly = 0x1, Create = 0x40, Append = 0x400, CloseOnExec = 0x80000;

    /// <summary>Opens or makes a file, mode 0600.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        int fd = OpenFile(path, WriteOnly | Create | Append | CloseOnExec, 0x180);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>Appends by a single write, which the kernel does not mix with others'.</summary>
    /// <exception cref="IOException">It cannot be written, or only a part of it (disk full).</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        nint written = WriteFile(file, bytes, bytes.Length);
        if (written < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        if (written != bytes.Length)
            throw new IOException("no space left");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle file, ReadOnlySpan<byte> buffer, nint count);
}
