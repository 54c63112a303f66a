using System.Text;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>
/// libcni's cache of attachments, <c>CACHEDIR/results/NETWORK-CONTAINER-IFNAME</c>: read so that DEL works after an upgrade from a
/// live installation, written so that the way back works, too.
/// </summary>
/// <remarks>
/// The file's name is ambiguous (<c>a-b</c> + <c>c</c> is <c>a</c> + <c>b-c</c>), so an entry counts only if its own fields agree. It is
/// written to a temporary file and renamed: libcni writes in place and can leave half an entry.
/// </remarks>
public sealed partial class ResultCache
{
    /// <summary>Where libcni keeps it.</summary>
    public const string DefaultDirectory = "/var/lib/cni";

    private const int MaxNameBytes = 255; // NAME_MAX of every file system that matters
    private const int MaxFileSize = 16 * 1024 * 1024;
    private readonly string _folder;

    /// <summary>Opens a cache; nothing is created before the first write.</summary>
    /// <param name="cacheDirectory">The cache directory, in which <c>results</c> is.</param>
    public ResultCache(string cacheDirectory = DefaultDirectory) => _folder = Path.Combine(cacheDirectory, "results");

    /// <summary>Writes an entry, over an older one.</summary>
    /// <exception cref="CniException">Code 5: it cannot be written. Code 4 or 7: a part of its name has invalid characters.</exception>
    public void Write(CachedAttachment entry)
    {
        string file = FileOf(entry.NetworkName, entry.ContainerId, entry.IfName);
        string temporary = file + ".tmp"; // one name per attachment: what a killed process leaves, the next write or delete removes
        try
        {
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var stream = new FileStream(temporary, options))
                stream.Write(Print(entry));
            System.IO.File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CniException(CniErrorCode.IOFailure, $"cannot write the cache entry {file}: {e.Message}", "DEL may need it; free or fix the disk and try again", e);
        }
    }

    /// <summary>Finds an attachment's entry, in the present form or in the oldest (the bare result); null where there is none that can be read.</summary>
    /// <exception cref="CniException">Code 4 or 7: a part of its name has invalid characters.</exception>
    public CachedAttachment? Find(string networkName, string containerId, string ifName)
    {
        string file = FileOf(networkName, containerId, ifName);
        var entry = ReadFile(file);
        if (entry is not null)
            return entry.NetworkName == networkName && entry.ContainerId == containerId && entry.IfName == ifName ? entry : null;
        return ReadBareResult(file) is { } result
            ? new CachedAttachment { NetworkName = networkName, ContainerId = containerId, IfName = ifName, Result = result, File = file }
            : null;
    }

    /// <summary>All entries of a container, by their fields; all entries at all where <paramref name="containerId"/> is empty.</summary>
    /// <param name="containerId">The container, or empty.</param>
    /// <param name="unreadable">Hears of the files that by their name could be entries asked for, and cannot be read; they are left out.</param>
    public IReadOnlyList<CachedAttachment> List(string containerId = "", Action<string>? unreadable = null)
    {
        var entries = new List<CachedAttachment>();
        string[] files;
        try
        {
            files = Directory.GetFiles(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return entries;
        }
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            // The name holds the id between dashes; what does not need not be opened.
            if (file.EndsWith(".tmp", StringComparison.Ordinal) || (containerId.Length > 0 && !file.Contains($"-{containerId}-", StringComparison.Ordinal)))
                continue;
            if (ReadFile(file) is { } entry)
            {
                if (containerId.Length == 0 || entry.ContainerId == containerId)
                    entries.Add(entry);
            }
            else if (System.IO.File.Exists(file))
            {
                unreadable?.Invoke(file);
            }
        }
        return entries;
    }

    /// <summary>Deletes an entry; one that is not there is fine.</summary>
    /// <exception cref="CniException">Code 5: it cannot be deleted. Code 4 or 7: a part of its name has invalid characters.</exception>
    public void Delete(string networkName, string containerId, string ifName)
    {
        string file = FileOf(networkName, containerId, ifName);
        // Where another attachment's entry has the same name, it stays.
        if (ReadFile(file) is { } entry && (entry.NetworkName != networkName || entry.ContainerId != containerId || entry.IfName != ifName))
            return;
        try
        {
            System.IO.File.Delete(file);
            System.IO.File.Delete(file + ".tmp");
        }
        catch (DirectoryNotFoundException)
        {
            // nothing was ever written
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot delete the cache entry {file}: {e.Message}", "", e);
        }
    }

    /// <summary>Can the attachment have an entry? All three names become part of a file's name.</summary>
    /// <exception cref="CniException">Code 4 or 7: one has invalid characters. Code 7: they are too long together.</exception>
    public static void Validate(string networkName, string containerId, string ifName)
    {
        NetworkName.Validate(networkName);
        ContainerId.Validate(containerId);
        InterfaceName.Validate(ifName);
        // The names are ASCII but for the interface's; ".tmp" is for the write.
        int length = networkName.Length + containerId.Length + Encoding.UTF8.GetByteCount(ifName) + "--.tmp".Length;
        if (length > MaxNameBytes)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"the network name \"{Shortened.Text(networkName, 64)}\" is too long",
                $"it is part of a file's name with the container id ({containerId.Length} characters) and the interface; at most {networkName.Length - (length - MaxNameBytes)} characters are possible here");
        }
    }

    private string FileOf(string networkName, string containerId, string ifName)
    {
        Validate(networkName, containerId, ifName);
        return Path.Combine(_folder, $"{networkName}-{containerId}-{ifName}");
    }

    private static CachedAttachment? ReadFile(string file)
    {
        if (ReadBytes(file) is not { } bytes)
            return null;
        try
        {
            var fields = JsonFields.Parse(bytes, file);
            return fields.String("kind") == Kind ? ReadEntry(fields, file) : null;
        }
        catch (CniException)
        {
            return null; // DEL must work with a cache that is broken
        }
    }

    private static CniResult? ReadBareResult(string file)
    {
        if (ReadBytes(file) is not { } bytes)
            return null;
        try
        {
            var fields = JsonFields.Parse(bytes, file);
            return fields.Has("kind") ? null : CniResultReader.Read(fields.Element, "", file);
        }
        catch (CniException)
        {
            return null;
        }
    }

    private static byte[]? ReadBytes(string file)
    {
        try
        {
            if (!FileIdentity.TryGet(file, out _, out bool isRegular) || !isRegular || new FileInfo(file).Length > MaxFileSize)
                return null;
            return System.IO.File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            System.IO.File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next write uses the same name
        }
    }
}
