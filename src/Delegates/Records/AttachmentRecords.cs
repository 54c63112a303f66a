using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Records;

/// <summary>
/// What one plugin did at ADD, so that DEL, CHECK and GC need not guess it from a configuration that may have changed or lack what the
/// runtime passed at ADD. A file for each attachment: <c>FOLDER/PLUGIN/NETWORK/CONTAINER@IFNAME.json</c>, mode 0600. It belongs below
/// /run: what it tells of does not survive a reboot either.
/// </summary>
/// <remarks>
/// ADD writes before it touches the kernel. DEL removes the record when all it names is released, and not before.
/// </remarks>
internal sealed class AttachmentRecords
{
    /// <summary>The folder on a node.</summary>
    public const string DefaultFolder = "/run/cni/multinet";

    private const string Unfinished = ".new";

    private const int LargestFile = 1 << 20;

    // A file's name has 255 bytes at most; container ids may be longer.
    private const int LongestName = 200;

    private readonly string _folder;

    /// <summary>The records of a plugin.</summary>
    /// <param name="folder">Where the records of all plugins are.</param>
    /// <param name="plugin">The plugin's type.</param>
    public AttachmentRecords(string folder, string plugin) => _folder = Path.Combine(folder, plugin);

    /// <summary>Writes a record, whole or not at all, over one that is there.</summary>
    /// <param name="network">The network's name, as validated by the host.</param>
    /// <param name="call">Container and interface.</param>
    /// <param name="fields">Writes the plugin's own keys and values.</param>
    /// <exception cref="CniException">Code 5: the disk is full, or the folder cannot be written.</exception>
    public void Write(string network, CniCall call, Action<GoJsonWriter> fields)
    {
        var writer = new GoJsonWriter(indented: false);
        writer.BeginObject();
        writer.Name("network");
        writer.String(network);
        writer.Name("containerID");
        writer.String(call.ContainerId);
        writer.Name("ifname");
        writer.String(call.IfName);
        writer.Name("record");
        writer.BeginObject();
        fields(writer);
        writer.EndObject();
        writer.EndObject();
        Write(PathOf(network, call.ContainerId, call.IfName), writer.Written);
    }

    /// <summary>Reads a record.</summary>
    /// <returns>Null where there is none, or what is there is none.</returns>
    public AttachmentRecord? Read(string network, CniCall call) => Read(PathOf(network, call.ContainerId, call.IfName));

    /// <summary>Removes a record; nothing there is success.</summary>
    /// <exception cref="CniException">Code 5: it cannot be removed.</exception>
    public void Delete(string network, string containerId, string ifName)
    {
        string path = PathOf(network, containerId, ifName);
        try
        {
            File.Delete(path);
            // Of an ADD that was killed in the middle of writing.
            File.Delete(path + Unfinished);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot remove {path}", e.Message, e);
        }
    }

    /// <inheritdoc cref="Delete(string, string, string)"/>
    public void Delete(string network, CniCall call) => Delete(network, call.ContainerId, call.IfName);

    /// <summary>All records of a network that can be read, in no order.</summary>
    public IReadOnlyList<AttachmentRecord> List(string network) => ListFolder(Path.Combine(_folder, network));

    /// <summary>The records of all networks.</summary>
    public IReadOnlyList<AttachmentRecord> ListAll()
    {
        var all = new List<AttachmentRecord>();
        try
        {
            if (Directory.Exists(_folder))
            {
                foreach (string network in Directory.GetDirectories(_folder))
                    all.AddRange(ListFolder(network));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed cannot be released; DEL of each attachment still can.
        }
        return all;
    }

    private static List<AttachmentRecord> ListFolder(string folder)
    {
        var found = new List<AttachmentRecord>();
        try
        {
            if (!Directory.Exists(folder))
                return found;
            foreach (string path in Directory.GetFiles(folder, "*.json"))
            {
                if (Read(path) is { } record)
                    found.Add(record);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
        return found;
    }

    private static AttachmentRecord? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > LargestFile)
                return null;
            var json = JsonFields.Parse(File.ReadAllBytes(path), path);
            return new AttachmentRecord(json.String("network"), json.String("containerID"), json.String("ifname"), json.Object("record"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CniException)
        {
            return null;
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        // One writer for each attachment: the runtime does not call twice at once for one container.
        string temporary = path + Unfinished;
        try
        {
            string folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder) && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(content);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CniException(
                CniErrorCode.IOFailure, $"cannot write {path}: {e.Message}", "ADD notes what it is about to do, so that DEL can undo it. Nothing was done.", e);
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
            // The next writer overwrites it; readers look at *.json only.
        }
    }

    // A container id has no '@' (CNI specification 1.1, section 2), a network's name no '/'.
    private string PathOf(string network, string containerId, string ifName)
    {
        string name = $"{containerId}@{ifName}";
        if (name.Length > LongestName)
            name = $"{containerId[..60]}-{Sha512.Hex(Encoding.UTF8.GetBytes(name))[..32]}@{ifName}";
        return Path.Combine(_folder, network, name + ".json");
    }
}
