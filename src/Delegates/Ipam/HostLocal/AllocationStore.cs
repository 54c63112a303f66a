using System.Runtime.InteropServices;
using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>
/// The reservations of one network, locked for the life of this object: a directory with a file per address, as the reference keeps
/// it, so that either program may follow the other. A reservation appears whole or not at all.
/// </summary>
internal sealed partial class AllocationStore : IDisposable
{
    /// <summary>The name of the lock's file in the folder of a network.</summary>
    internal const string LockName = "lock";

    private const string NewName = ".new";
    private const string LastReservedPrefix = "last_reserved_ip.";

    /// <summary>An owner is a container id and an interface name; a file that holds more is none of ours.</summary>
    private const int LongestContent = 1024;

    private readonly string _directory;
    private readonly int _lock;

    private AllocationStore(string directory, int descriptor)
    {
        _directory = directory;
        _lock = descriptor;
        _indexIsComplete = IndexIsComplete();
    }

    /// <summary>How long a call waits for another one that holds the lock. The other needs milliseconds, unless it hangs.</summary>
    public static TimeSpan DefaultLockTimeout { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Opens the store and takes its lock.</summary>
    /// <param name="directory">The network's directory; made where it is missing.</param>
    /// <param name="timeout">How long to wait for the lock.</param>
    /// <exception cref="CniException">Code 5: the directory or the lock cannot be made. Code 11: another process keeps the lock.</exception>
    public static AllocationStore Open(string directory, TimeSpan timeout)
    {
        if (TryOpen(directory, timeout) is { } store)
            return store;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot create directory {directory}", e.Message, e);
        }
        return TryOpen(directory, timeout) ?? throw SmallFile.Failed("create", Path.Combine(directory, LockName), StorageCalls.ENOENT);
    }

    /// <summary>The same, null where there is no directory: then there are no reservations.</summary>
    public static AllocationStore? TryOpen(string directory, TimeSpan timeout)
    {
        string path = Path.Combine(directory, LockName);
        int descriptor = StorageCalls.Open(path, StorageCalls.ReadWrite | StorageCalls.Create | StorageCalls.CloseOnExec, 0x180);
        if (descriptor < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is StorageCalls.ENOENT or StorageCalls.ENOTDIR ? null : throw SmallFile.Failed("open", path, errno);
        }
        try
        {
            TakeLock(descriptor, path, timeout);
            // Whoever held the lock before may have been killed between writing this file and naming it.
            _ = StorageCalls.Unlink(Path.Combine(directory, NewName));
            return new AllocationStore(directory, descriptor);
        }
        catch
        {
            _ = StorageCalls.Close(descriptor);
            throw;
        }
    }

    /// <summary>Reserves an address, unless it is taken. An empty file, which an interrupted write left behind, does not take it.</summary>
    /// <exception cref="CniException">Code 5: the file cannot be written; nothing is reserved.</exception>
    public bool TryReserve(Owner owner, AddressNumber address)
    {
        string path = PathOf(address), temporary = Path.Combine(_directory, NewName);
        if (!_newIsWritten)
        {
            try
            {
                SmallFile.Write(temporary, owner.ToContent());
            }
            catch
            {
                _ = StorageCalls.Unlink(temporary);
                throw;
            }
            _newIsWritten = true;
        }
        while (true)
        {
            int errno = Move(temporary, path);
            if (errno == 0)
            {
                _newIsWritten = false;
                _changed = _indexLagsBehind = true;
                return true;
            }
            if (errno != StorageCalls.EEXIST)
                throw SmallFile.Failed("create", path, errno);
            if (!IsLeftover(address))
                return false;
            Release(address);
        }
    }

    /// <summary>Removes a reservation; nothing there is success.</summary>
    /// <exception cref="CniException">Code 5: the file cannot be removed.</exception>
    public void Release(AddressNumber address)
    {
        if (StorageCalls.Unlink(PathOf(address)) < 0 && Marshal.GetLastPInvokeError() is var errno and not StorageCalls.ENOENT)
            throw SmallFile.Failed("remove", PathOf(address), errno);
        _changed = _indexLagsBehind = true;
    }

    /// <summary>Who holds an address? Null for nobody or an empty file.</summary>
    public Owner? OwnerOf(AddressNumber address)
    {
        Span<byte> buffer = stackalloc byte[LongestContent];
        int length = SmallFile.Read(PathOf(address), buffer, out _);
        return length > 0 && Owner.TryParse(buffer[..length], out var owner) ? owner : null;
    }

    /// <summary>Is the file of an address there but empty?</summary>
    public bool IsLeftover(AddressNumber address) => IsLeftover(_directory, address);

    /// <summary>The same for a network's directory. Needs no lock.</summary>
    public static bool IsLeftover(string directory, AddressNumber address)
    {
        Span<byte> buffer = stackalloc byte[1];
        return SmallFile.Read(Path.Combine(directory, address.ToString()), buffer, out _) == 0;
    }

    /// <summary>The address that was given out last from the range set, or null.</summary>
    public AddressNumber? LastReserved(int rangeSet)
    {
        Span<byte> buffer = stackalloc byte[64];
        int length = SmallFile.Read(Path.Combine(_directory, LastReservedPrefix + rangeSet), buffer, out _);
        return length > 0 && IPText.TryParse(Encoding.UTF8.GetString(buffer[..length]).AsSpan().Trim(), out var address)
            ? AddressNumber.From(address)
            : null;
    }

    /// <summary>Notes the address that was given out last from the range set.</summary>
    /// <exception cref="CniException">Code 5: the file cannot be written.</exception>
    public void SetLastReserved(int rangeSet, AddressNumber address) =>
        SmallFile.Write(Path.Combine(_directory, LastReservedPrefix + rangeSet), Encoding.ASCII.GetBytes(address.ToString()));

    /// <summary>The addresses for which there are files.</summary>
    public List<AddressNumber> ListAddresses() => ListAddresses(_directory);

    /// <summary>The addresses for which there are files in a network's directory; none where there is no directory. Needs no lock.</summary>
    /// <exception cref="CniException">Code 5: the directory cannot be read.</exception>
    public static List<AddressNumber> ListAddresses(string directory)
    {
        var addresses = new List<AddressNumber>();
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(directory))
            {
                if (IPText.TryParse(Path.GetFileName(path.AsSpan()), out var address))
                    addresses.Add(AddressNumber.From(address));
            }
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot read directory {directory}", e.Message, e);
        }
        return addresses;
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        if (_newIsWritten)
        {
            _ = StorageCalls.Unlink(Path.Combine(_directory, NewName));
            _changed = true;
        }
        if (_changed && _indexIsComplete && !_indexLagsBehind)
            MarkIndexComplete();
        _ = StorageCalls.Close(_lock); // and with it the lock: nobody else has this open file
    }

    // Fields that follow the changes of one session.
    private bool _newIsWritten;
    private bool _changed;

    private string PathOf(AddressNumber address) => Path.Combine(_directory, address.ToString());

    /// <summary>Gives the file its name if that is free; returns 0 or the error number.</summary>
    private static int Move(string temporary, string path)
    {
        if (StorageCalls.Rename(StorageCalls.AtFdCwd, temporary, StorageCalls.AtFdCwd, path, StorageCalls.RenameNoReplace) == 0)
            return 0;
        int errno = Marshal.GetLastPInvokeError();
        if (errno is not (StorageCalls.EINVAL or StorageCalls.ENOSYS))
            return errno;
        // The file system cannot rename without replacing.
        if (StorageCalls.Link(temporary, path) < 0)
            return Marshal.GetLastPInvokeError();
        _ = StorageCalls.Unlink(temporary);
        return 0;
    }

    private static void TakeLock(int descriptor, string path, TimeSpan timeout)
    {
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        // A blocking flock cannot be given a deadline without a signal, so ask again: each holder needs about a millisecond.
        for (int attempt = 0; StorageCalls.Lock(descriptor, StorageCalls.LockExclusive | StorageCalls.LockNonBlocking) < 0; attempt++)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (StorageCalls.EAGAIN or StorageCalls.EINTR))
                throw SmallFile.Failed("lock", path, errno);
            if (Environment.TickCount64 >= deadline)
            {
                throw new CniException(
                    CniErrorCode.TryAgainLater, $"timed out after {timeout.TotalSeconds:0.#} s waiting for the lock {path}",
                    "Another process holds it; `fuser` or `lslocks` names it.");
            }
            Thread.Sleep(attempt < 50 ? 1 : 5);
        }
    }
}
