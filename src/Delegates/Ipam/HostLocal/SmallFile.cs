using System.Runtime.InteropServices;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>Files of a few bytes, read and written with as few system calls as possible and without exceptions for what is expected.</summary>
internal static unsafe class SmallFile
{
    private const int NonBlocking = 0x800;

    /// <summary>Reads the start of a file. A pipe or a device does not block it.</summary>
    /// <returns>Bytes read, or -1 with the error number.</returns>
    public static int Read(string path, Span<byte> buffer, out int errno)
    {
        errno = 0;
        int fd = StorageCalls.Open(path, StorageCalls.ReadOnly | StorageCalls.CloseOnExec | NonBlocking, 0);
        if (fd < 0)
        {
            errno = Marshal.GetLastPInvokeError();
            return -1;
        }
        int length = 0;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length)
            {
                nint count = StorageCalls.Read(fd, start + length, (nuint)(buffer.Length - length));
                if (count < 0)
                {
                    errno = Marshal.GetLastPInvokeError();
                    if (errno == StorageCalls.EINTR)
                        continue;
                    length = -1;
                }
                if (count <= 0)
                    break;
                length += (int)count;
            }
        }
        _ = StorageCalls.Close(fd);
        return length;
    }

    /// <summary>Writes a file, mode 0600, over what it held.</summary>
    /// <exception cref="CniException">Code 5: with the cause. The file may be there, empty or in part.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        // Not truncated when opened: ext4 starts writing a file to disk that was emptied and filled again, which costs milliseconds.
        const int Flags = StorageCalls.WriteOnly | StorageCalls.Create | StorageCalls.CloseOnExec;
        int fd = StorageCalls.Open(path, Flags, 0x180);
        if (fd < 0)
            throw Failed("create", path, Marshal.GetLastPInvokeError());
        int errno = 0;
        fixed (byte* start = content)
        {
            int written = 0;
            while (written < content.Length && errno == 0)
            {
                nint count = StorageCalls.Write(fd, start + written, (nuint)(content.Length - written));
                if (count >= 0)
                    written += (int)count;
                else if (Marshal.GetLastPInvokeError() is var error and not StorageCalls.EINTR)
                    errno = error;
            }
        }
        if (errno == 0 && StorageCalls.SetLength(fd, content.Length) < 0)
            errno = Marshal.GetLastPInvokeError();
        if (StorageCalls.Close(fd) < 0 && errno == 0)
            errno = Marshal.GetLastPInvokeError();
        if (errno != 0)
            throw Failed("write", path, errno);
    }

    /// <summary>The error for an operation on a file.</summary>
    public static CniException Failed(string operation, string path, int errno) => new(
        CniErrorCode.IOFailure,
        $"cannot {operation} {path}: {Marshal.GetPInvokeErrorMessage(errno)}",
        errno == StorageCalls.ENOSPC ? $"The file system that holds {Path.GetDirectoryName(path)} is full. Nothing was kept; make room and try again." : "");
}
