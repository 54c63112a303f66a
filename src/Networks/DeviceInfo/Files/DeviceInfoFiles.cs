using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>
/// The files in which device plugins and CNI plugins leave a <see cref="DeviceInfo"/> (device information specification 1.1.0). This is the
/// only place in this project that touches the disk.
/// </summary>
public static class DeviceInfoFiles
{
    /// <summary>Where device plugins write.</summary>
    public const string DevicePluginFolder = "/var/run/k8s.cni.cncf.io/devinfo/dp";

    /// <summary>Where meta plugins copy to, and CNI plugins write.</summary>
    public const string CniFolder = "/var/run/k8s.cni.cncf.io/devinfo/cni";

    private const int MaxNameBytes = 255;
    private const int MaxFileBytes = 64 * 1024;

    // Not secret: pods' owners mount the folder to read it.
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // The Go client library creates it without any permission bit.
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The file that the device plugin writes for a device.</summary>
    /// <param name="resource">The resource's name: <c>intel.com/vf</c>.</param>
    /// <param name="deviceId">The device's id: <c>0000:18:02.5</c>.</param>
    public static string DevicePluginPath(string resource, string deviceId) =>
        $"{DevicePluginFolder}/{FileName($"{resource}-{deviceId}-device.json")}";

    /// <summary>The file of an attachment, which plugins learn by the capability <c>CNIDeviceInfoFile</c>.</summary>
    /// <param name="network">The network's name: <c>namespace/name</c>.</param>
    /// <param name="containerId">The container's id.</param>
    /// <param name="interfaceName">The interface's name.</param>
    public static string CniPath(string network, string containerId, string interfaceName) =>
        CniPath($"{network}-{containerId}_{interfaceName}");

    /// <summary>The file of an attachment by a name that is unique for it; slashes become hyphens.</summary>
    public static string CniPath(string uniqueName)
    {
        string name = FileName(uniqueName);
        if (name is "" or "." or "..")
            throw new ArgumentException($"{Quoted.Text(uniqueName)} cannot name a file", nameof(uniqueName));
        // The end of a long name tells container and interface, which are unique together; the plugins get the whole path anyway.
        while (Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
            name = name[Math.Max(1, (name.Length - MaxNameBytes) / 2)..];
        return $"{CniFolder}/{name}";
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Its content, or null where there is no such file or it is empty.</returns>
    /// <exception cref="CniException">Code 5: not readable, or too long. Code 6: not JSON, or a key of another type.</exception>
    public static DeviceInfo? Load(string path) => ReadBytes(path) is { Length: > 0 } utf8 ? DeviceInfoReader.Read(utf8, path) : null;

    /// <summary>Writes a file in one step, so that no reader sees half of it, for all to read (mode 0644); the folder is made.</summary>
    /// <exception cref="CniException">Code 5: not writable.</exception>
    public static void Save(string path, DeviceInfo device) => WriteBytes(path, DeviceInfoWriter.Write(device));

    /// <summary>Copies a device plugin's file to an attachment's, byte for byte; the device plugin need not have written one.</summary>
    /// <returns>Was there a file?</returns>
    /// <exception cref="CniException">Code 5: not readable, too long, or not writable.</exception>
    public static bool CopyIfThere(string source, string destination)
    {
        if (ReadBytes(source) is not { } utf8)
            return false;
        WriteBytes(destination, utf8);
        return true;
    }

    /// <summary>Deletes a file; one that is not there counts as deleted.</summary>
    /// <exception cref="CniException">Code 5: not deletable.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // nor is the file there
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure("delete", path, e);
        }
    }

    private static string FileName(string name) => name.Replace('/', '-').Replace('\0', '-');

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            if (length > MaxFileBytes)
            {
                throw new CniException(
                    CniErrorCode.IOFailure, $"device-info file {path} is {length} bytes long; at most {MaxFileBytes} are allowed");
            }
            byte[] bytes = new byte[length];
            int read = RandomAccess.Read(file, bytes, 0);
            return read == length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Failure("read", path, e);
        }
    }

    private static void WriteBytes(string path, byte[] utf8)
    {
        string folder = Path.GetDirectoryName(path)!;
        string temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            if (!Directory.Exists(folder))
                Directory.CreateDirectory(folder, FolderMode);
            File.WriteAllBytes(temporary, utf8);
            File.SetUnixFileMode(temporary, FileMode); // whatever the umask is
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw Failure("write", path, e);
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
            // The failure to write is what the caller must hear of.
        }
    }

    private static CniException Failure(string verb, string path, Exception e) =>
        new(CniErrorCode.IOFailure, $"cannot {verb} device-info file {path}", e.Message, e);
}
