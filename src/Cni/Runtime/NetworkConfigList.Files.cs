namespace MultiNet.Cni;

public sealed partial class NetworkConfigList
{
    /// <summary>A longer file than this many bytes is refused.</summary>
    public const int MaxFileSize = 16 * 1024 * 1024;

    /// <summary>Loads a file, in either form, with the plugins of the folder beside it that bears the network's name (<c>loadOnlyInlinedPlugins</c>).</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Otherwise as <see cref="Parse(ReadOnlyMemory{byte}, string, string?, string?)"/>.</exception>
    public static NetworkConfigList Load(string file) => Parse(ReadFile(file), file, fallbackName: null, defaultVersion: null, file);

    /// <summary>
    /// Loads the network of a name from a folder: of <c>*.conflist</c> files in alphabetical order, then of <c>*.conf</c> and <c>*.json</c>.
    /// A file that is broken is an error only if no other holds the network: the reference stops at it.
    /// </summary>
    /// <exception cref="CniException">Code 7: no file holds it. Code 5: the folder cannot be read.</exception>
    public static NetworkConfigList LoadFromDirectory(string directory, string name)
    {
        var files = Files(directory);
        CniException? broken = null;
        foreach (bool lists in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (string file in files)
            {
                if (file.EndsWith(".conflist", StringComparison.Ordinal) != lists)
                    continue;
                try
                {
                    var list = Load(file);
                    if (list.Name == name)
                        return list;
                }
                catch (CniException e)
                {
                    broken ??= e;
                }
            }
        }
        string found = files.Count == 0 ? "it holds no .conflist, .conf or .json file" : $"read were {string.Join(", ", files.Select(Path.GetFileName))}";
        throw new CniException(
            CniErrorCode.InvalidNetworkConfig, $"no net configuration with name \"{Shortened.Text(name, 64)}\" in {directory}",
            broken is null ? found : $"{found}; broken: {broken.Text}", broken);
    }

    /// <summary>Loads the first file of a folder in alphabetical order (<c>.conflist</c>, <c>.conf</c>, <c>.json</c>), as a runtime chooses the default network.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="accept">Which files count, by name; null for all.</param>
    /// <exception cref="CniException">Code 7: there is none. Code 5: the folder cannot be read. Otherwise as <see cref="Load"/>.</exception>
    public static NetworkConfigList LoadFirst(string directory, Predicate<string>? accept = null)
    {
        foreach (string file in Files(directory))
        {
            if (accept is null || accept(Path.GetFileName(file)))
                return Load(file);
        }
        throw new CniException(
            CniErrorCode.InvalidNetworkConfig, $"no networks found in {directory}", "expected a file that ends in .conflist, .conf or .json");
    }

    /// <summary>The plugins in the <c>*.conf</c> files of a folder, in alphabetical order.</summary>
    /// <exception cref="CniException">Code 5: a file or the folder cannot be read. Codes 6 and 7: a file holds no plugin configuration.</exception>
    public static IReadOnlyList<PluginConfig> PluginsInFolder(string folder)
    {
        var plugins = new List<PluginConfig>();
        foreach (string file in Files(folder))
        {
            if (file.EndsWith(".conf", StringComparison.Ordinal))
                plugins.Add(PluginConfig.Parse(ReadFile(file), file));
        }
        return plugins;
    }

    private static List<string> Files(string directory)
    {
        var files = new List<string>();
        try
        {
            foreach (string file in Directory.GetFiles(directory))
            {
                if (file.EndsWith(".conflist", StringComparison.Ordinal) || file.EndsWith(".conf", StringComparison.Ordinal)
                    || file.EndsWith(".json", StringComparison.Ordinal))
                {
                    files.Add(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot read the folder {Shortened.Text(directory, 256)}: {e.Message}", "", e);
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void AddFromFolder(List<PluginConfig> plugins, string file, string name)
    {
        // The name becomes a path, so it is judged first; an invalid one fails later, at ADD, with its own error.
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, name);
        if (NetworkName.IsIdentifier(name) && Directory.Exists(folder))
            plugins.AddRange(PluginsInFolder(folder));
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            // A device or a pipe under this name would never end.
            if (!FileIdentity.TryGet(file, out _, out bool isRegular))
                throw new CniException(CniErrorCode.IOFailure, $"error reading {Shortened.Text(file, 256)}: no such file");
            if (!isRegular)
                throw new CniException(CniErrorCode.IOFailure, $"error reading {Shortened.Text(file, 256)}: not a regular file");
            using var handle = System.IO.File.OpenHandle(file);
            long length = RandomAccess.GetLength(handle);
            if (length > MaxFileSize)
                throw new CniException(CniErrorCode.IOFailure, $"error reading {file}: {length} bytes, more than {MaxFileSize}");
            byte[] bytes = new byte[length];
            int read = 0;
            while (read < bytes.Length)
            {
                int count = RandomAccess.Read(handle, bytes.AsSpan(read), read);
                if (count == 0)
                    break;
                read += count;
            }
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"error reading {Shortened.Text(file, 256)}: {e.Message}", "", e);
        }
    }
}
