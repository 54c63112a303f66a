using System.Runtime.InteropServices;
using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>
/// Files that appear whole or not at all: made beside their place, flushed to the disk, renamed. A running executable keeps its old file,
/// so that there is no "text file busy". What a killed process was making is overwritten by the next one: the caller holds <see cref="InstallLock"/>.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>Mode 0600.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode 0755.</summary>
    public const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be written; what was there stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        // A span cannot be captured by the function below.
        byte[] bytes = content.ToArray();
        Place(path, temporary =>
        {
            using var file = Create(temporary, mode);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        });
    }

    /// <summary>Copies a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be copied; what was there stands.</exception>
    public static void Copy(string source, string path, UnixFileMode mode) =>
        Place(path, temporary =>
        {
            using var from = File.OpenRead(source);
            using var file = Create(temporary, mode);
            from.CopyTo(file);
            file.Flush(flushToDisk: true);
        });

    /// <summary>Makes a symbolic link.</summary>
    /// <exception cref="CniException">Code 5: it cannot be made; what was there stands.</exception>
    public static void Link(string path, string target) => Place(path, temporary => File.CreateSymbolicLink(temporary, target));

    /// <summary>Gives a file a second name, while the first stays: it is not gone for an instant. A file of the second name stays as it is.</summary>
    /// <exception cref="CniException">Code 5: the file system cannot do it.</exception>
    public static void Keep(string path, string secondName)
    {
        const int FileExists = 17;
        if (HardLink(path, secondName) < 0 && Marshal.GetLastPInvokeError() is var errno and not FileExists)
            throw new CniException(CniErrorCode.IOFailure, $"cannot keep {path} as {secondName}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }

    /// <summary>The name under which a file is made, before it gets its own.</summary>
    public static string TemporaryOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");

    private static void Place(string path, Action<string> make)
    {
        string temporary = TemporaryOf(path);
        try
        {
            File.Delete(temporary);
            make(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CniException(CniErrorCode.IOFailure, $"cannot write {path}: {e.Message}", "", e);
        }
    }

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        // Not by the options: the umask would take from them.
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        return file;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string path, string secondName);
}
