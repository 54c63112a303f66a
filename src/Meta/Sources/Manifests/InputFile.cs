using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>Reads files that people name: whatever stands there, neither waits nor takes more memory than allowed.</summary>
internal static partial class InputFile
{
    private const int ReadOnly = 0, NonBlocking = 0x800, CloseOnExec = 0x80000;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <returns>The content; null where it is larger.</returns>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read, or is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a folder, or not for this user.</exception>
    public static byte[]? Read(string path, int most)
    {
        using var handle = Open(path);
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        // A pipe, a socket, a terminal.
        if (!stream.CanSeek)
            throw new IOException("not a regular file");
        // What grows meanwhile, and a file of procfs, which has no length, are read to their end.
        byte[] bytes = new byte[Math.Min(stream.Length, most) + 1];
        int count = 0, read;
        while ((read = stream.Read(bytes, count, bytes.Length - count)) > 0)
        {
            count += read;
            if (count > most)
                return null;
            if (count == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(Math.Max(4096L, count * 2L), most + 1L));
        }
        return bytes[..count];
    }

    // Opening a pipe waits for its writer unless told not to; .NET cannot tell.
    private static SafeFileHandle Open(string path)
    {
        const int NotFound = 2, NotAllowed = 13, NoFolder = 20;
        if (path.Contains('\0'))
            throw new FileNotFoundException("no such file", path);
        int descriptor = OpenFile(path, ReadOnly | NonBlocking | CloseOnExec);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        int errno = Marshal.GetLastPInvokeError();
        string message = Marshal.GetPInvokeErrorMessage(errno);
        throw errno switch
        {
            NotFound or NoFolder => new FileNotFoundException("no such file", path),
            NotAllowed => new UnauthorizedAccessException(message),
            _ => new IOException(message),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
