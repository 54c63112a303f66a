using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>
/// The leases on disk: <c>CONTAINER,NETWORK,IFNAME.lease</c> for each, and <c>….released</c> beside it where a DEL came while the daemon was
/// away. Folder 0700, files 0600. A file is there whole or not at all, whatever ends the process; it is not flushed, as a lease does not
/// survive a power cut: its container does not either.
/// </summary>
/// <param name="directory">The folder.</param>
internal sealed partial class LeaseStore(string directory)
{
    private const string LeaseSuffix = ".lease", ReleasedSuffix = ".released";
    private const int LargestFile = 256 * 1024;

    // NAME_MAX is 255; room for suffixes.
    private const int LongestName = 220;

    private const int ReadWrite = 2, Create = 0x40, CloseOnExec = 0x80000;
    private const int LockExclusive = 2, LockNonBlocking = 4;

    /// <summary>The folder.</summary>
    public string Directory => directory;

    /// <summary>Makes the folder and locks it for as long as the result lives: two daemons would both renew the same leases.</summary>
    /// <exception cref="CniException">Code 5: it cannot be made. Code 11: another daemon has it.</exception>
    public SafeFileHandle Lock()
    {
        try
        {
            System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed($"cannot make the folder {directory}", e);
        }
        string path = Path.Combine(directory, "lock");
        int fd = Open(path, ReadWrite | Create | CloseOnExec, 0x180);
        if (fd < 0)
            throw new CniException(CniErrorCode.IOFailure, $"cannot open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (FileLock(handle, LockExclusive | LockNonBlocking) == 0)
            return handle;
        handle.Dispose();
        throw new CniException(CniErrorCode.TryAgainLater, $"another daemon keeps the leases of {directory}", "One daemon for one folder; a second one needs a --statedir of its own.");
    }

    /// <summary>Writes a lease, over one that is there.</summary>
    /// <exception cref="CniException">Code 5: the disk is full, or the folder gone.</exception>
    public void Save(Lease lease) => Place(PathOf(lease.Id, LeaseSuffix), LeaseFile.Write(lease));

    /// <summary>Removes a lease and the mark beside it; nothing there is success.</summary>
    /// <exception cref="CniException">Code 5: it cannot be removed.</exception>
    public void Remove(LeaseId id)
    {
        // The mark last: a lease without its mark would be kept.
        Delete(PathOf(id, LeaseSuffix));
        Delete(PathOf(id, ReleasedSuffix));
    }

    /// <summary>Has a container a lease?</summary>
    public bool Contains(LeaseId id) => File.Exists(PathOf(id, LeaseSuffix));

    /// <summary>Marks a lease for the daemon to release when it is back; nothing where there is no lease.</summary>
    /// <returns>False where there is no lease.</returns>
    /// <exception cref="CniException">Code 5: the disk is full.</exception>
    public bool MarkReleased(LeaseId id)
    {
        if (!Contains(id))
            return false;
        Place(PathOf(id, ReleasedSuffix), []);
        return true;
    }

    /// <summary>Reads all leases. Files that are none are left alone and named.</summary>
    /// <param name="unreadable">Gets an error for each file that cannot be read.</param>
    /// <returns>The leases, with their marks.</returns>
    public IReadOnlyList<(Lease Lease, bool IsReleased)> Load(Action<CniException> unreadable)
    {
        var leases = new List<(Lease, bool)>();
        if (!System.IO.Directory.Exists(directory))
            return leases;
        string[] files;
        try
        {
            files = System.IO.Directory.GetFiles(directory, "*" + LeaseSuffix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable(Failed($"cannot list {directory}", e));
            return leases;
        }
        foreach (string path in files)
        {
            try
            {
                var lease = LeaseFile.Read(ReadFile(path), path);
                leases.Add((lease, File.Exists(PathOf(lease.Id, ReleasedSuffix))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable(Failed($"cannot read {path}", e));
            }
            catch (CniException e)
            {
                unreadable(e);
            }
        }
        return leases;
    }

    private static byte[] ReadFile(string path)
    {
        var file = new FileInfo(path);
        return file.Length <= LargestFile ? File.ReadAllBytes(path) : throw new IOException($"{file.Length} bytes are no lease");
    }

    private string PathOf(LeaseId id, string suffix)
    {
        id.Validate();
        // A comma is in no container id and no network's name.
        string name = $"{id.ContainerId},{id.Network},{id.IfName}";
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            byte[] digest = new byte[64];
            Sha512.Hash(Encoding.UTF8.GetBytes(name), digest);
            name = Convert.ToHexStringLower(digest);
        }
        return Path.Combine(directory, name + suffix);
    }

    private static void Place(string path, byte[] content)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.Delete(temporary);
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(content);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw Failed($"cannot write {path}", e);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed($"cannot remove {path}", e);
        }
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

    private static CniException Failed(string what, Exception e) => new(CniErrorCode.IOFailure, $"{what}: {e.Message}", "", e);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FileLock(SafeFileHandle file, int operation);
}
