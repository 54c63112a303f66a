using System.Runtime.InteropServices;
using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.Ipam.HostLocal;

namespace MultiNet.Delegates.Sriov;

/// <summary>
/// The files of sriov-cni: <c>CONTAINER-IFNAME</c> (<see cref="SriovState"/>), <c>pci/ADDRESS</c> with the path of the namespace that has the
/// virtual function, <c>pci/vf_lock/ADDRESS.lock</c>.
/// </summary>
/// <param name="folder">Where they are.</param>
internal sealed class SriovFiles(string folder)
{
    /// <summary>The folder on a node.</summary>
    public const string DefaultFolder = "/var/lib/cni/sriov";

    private const int LargestFile = 1 << 20;
    private const int OwnerOnly = 0x180;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the lock of a virtual function; sriov-cni takes the same.</summary>
    /// <exception cref="CniException">Code 11: another call has it for a minute.</exception>
    public IDisposable Lock(PciAddress device)
    {
        string locks = Path.Combine(folder, "pci", "vf_lock"), path = Path.Combine(locks, $"{device}.lock");
        MakeFolder(locks);
        int fd = StorageCalls.Open(path, StorageCalls.ReadOnly | StorageCalls.Create | StorageCalls.CloseOnExec, OwnerOnly);
        if (fd < 0)
            throw SmallFile.Failed("open", path, Marshal.GetLastPInvokeError());
        var held = new HeldLock(fd);
        var deadline = Deadline.After(s_patience);
        while (StorageCalls.Lock(fd, StorageCalls.LockExclusive | StorageCalls.LockNonBlocking) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (StorageCalls.EAGAIN or StorageCalls.EINTR) || deadline.HasPassed)
            {
                held.Dispose();
                throw errno is StorageCalls.EAGAIN
                    ? new CniException(CniErrorCode.TryAgainLater, $"time out while waiting to acquire exclusive lock on [{path}]", "Another call works on this virtual function.")
                    : SmallFile.Failed("lock", path, errno);
            }
            Thread.Sleep(s_interval);
        }
        return held;
    }

    /// <summary>The namespace that has a virtual function; "" for none.</summary>
    public string OwnerOf(PciAddress device) => ReadText(Path.Combine(folder, "pci", device.ToString()));

    /// <summary>Notes which namespace has a virtual function.</summary>
    /// <exception cref="CniException">Code 5.</exception>
    public void Allocate(PciAddress device, string netns)
    {
        MakeFolder(Path.Combine(folder, "pci"));
        SmallFile.Write(Path.Combine(folder, "pci", device.ToString()), Encoding.UTF8.GetBytes(netns));
    }

    /// <summary>Nobody has it any more.</summary>
    public void Free(PciAddress device) => Delete(Path.Combine(folder, "pci", device.ToString()));

    /// <summary>Writes the state of an attachment.</summary>
    /// <exception cref="CniException">Code 5.</exception>
    public void Write(string containerId, string ifName, SriovState state)
    {
        MakeFolder(folder);
        SmallFile.Write(PathOf(containerId, ifName), state.Encode());
    }

    /// <summary>Reads the state of an attachment; null where there is none, or what is there is none.</summary>
    public SriovState? Read(string containerId, string ifName) => ReadFile(PathOf(containerId, ifName));

    /// <summary>Removes the state of an attachment.</summary>
    public void Delete(string containerId, string ifName) => Delete(PathOf(containerId, ifName));

    /// <summary>The names of all states: container and interface with a hyphen between them.</summary>
    public IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        try
        {
            if (Directory.Exists(folder))
            {
                foreach (string path in Directory.GetFiles(folder))
                    names.Add(Path.GetFileName(path));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed cannot be released; DEL of each attachment still can.
        }
        return names;
    }

    /// <summary>The virtual functions that are noted as taken.</summary>
    public IReadOnlyList<PciAddress> Allocated()
    {
        var devices = new List<PciAddress>();
        string pci = Path.Combine(folder, "pci");
        try
        {
            if (Directory.Exists(pci))
            {
                foreach (string path in Directory.GetFiles(pci))
                {
                    if (PciAddress.TryParse(Path.GetFileName(path), out var device))
                        devices.Add(device);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
        return devices;
    }

    /// <summary>Reads a state by the name of its file.</summary>
    public SriovState? ReadNamed(string name) => ReadFile(Path.Combine(folder, name));

    /// <summary>Removes a state by the name of its file.</summary>
    public void DeleteNamed(string name) => Delete(Path.Combine(folder, name));

    /// <summary>The name of an attachment's file.</summary>
    public static string NameOf(string containerId, string ifName) => $"{containerId}-{ifName}";

    private string PathOf(string containerId, string ifName) => Path.Combine(folder, NameOf(containerId, ifName));

    private static SriovState? ReadFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > LargestFile)
                return null;
            var state = SriovState.Read(JsonFields.Parse(File.ReadAllBytes(path), path));
            return state.Device.IsNone ? null : state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CniException)
        {
            return null;
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"failed to read for pci address file for {path}", e.Message, e);
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
            throw new CniException(CniErrorCode.IOFailure, $"cannot remove {path}", e.Message, e);
        }
    }

    private static void MakeFolder(string path)
    {
        try
        {
            if (!Directory.Exists(path) && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"failed to create the sriov data directory(\"{path}\")", e.Message, e);
        }
    }

    private sealed class HeldLock(int fd) : IDisposable
    {
        public void Dispose() => _ = StorageCalls.Close(fd);
    }
}
