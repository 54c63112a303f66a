using System.Text;
using MultiNet.Cni;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>Finds and reads manifest files: by extension, of limited size, in UTF-8.</summary>
internal static class ManifestFiles
{
    /// <summary>
    /// The files of a folder that are manifests, in the order of their names. Hidden ones are left out, as the kubelet does with static
    /// pods: editors and volume mounts keep their own things there.
    /// </summary>
    /// <exception cref="CniException">Code 5: the folder cannot be read. Code 7: there is none, or it has too many files.</exception>
    public static List<string> List(string folder)
    {
        var files = new List<string>();
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder))
            {
                string name = Path.GetFileName(path);
                if (name[0] != '.' && (IsYaml(name) || IsJson(name)))
                    files.Add(path);
                if (files.Count > ManifestLimits.Files)
                    throw new CniException(CniErrorCode.InvalidNetworkConfig, $"manifest folder {folder} has more than {ManifestLimits.Files} manifests");
            }
        }
        catch (DirectoryNotFoundException e)
        {
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"manifest folder {folder}: no such folder", "", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"manifest folder {folder} cannot be read", e.Message, e);
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>Reads the documents of a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: it is no YAML or JSON, or too large.</exception>
    public static List<ManifestNode> Read(string path) => Parse(path, ReadBytes(path), IsJson(path));

    /// <summary>Reads the documents of what stands in a file, or came another way.</summary>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="isJson">JSON, not YAML?</param>
    /// <exception cref="CniException">Code 6: it is no YAML or JSON.</exception>
    public static List<ManifestNode> Parse(string name, byte[] bytes, bool isJson)
    {
        ReadOnlySpan<byte> utf8 = bytes;
        if (utf8.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        var start = new ManifestPosition(name, 1, 1);
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || utf8.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
            throw start.Error("the file is in UTF-16", "save it as UTF-8");
        if (isJson)
            return JsonManifestReader.Read(name, utf8);
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
            return YamlManifestReader.Read(name, text);
        }
        catch (DecoderFallbackException e)
        {
            throw start.Error($"the file is not valid UTF-8 (byte {e.Index})", "", e);
        }
    }

    /// <summary>Has the file the extension of a manifest?</summary>
    public static bool IsManifest(string path) => IsYaml(path) || IsJson(path);

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: it is too large.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return InputFile.Read(path, ManifestLimits.FileBytes) ?? throw TooLarge(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"manifest {path} cannot be read: {e.Message}", "", e);
        }
    }

    private static CniException TooLarge(string path) =>
        new ManifestPosition(path, 1, 1).Error($"the file is larger than {ManifestLimits.FileBytes / 1024 / 1024} MiB", "split it");

    private static bool IsYaml(string name) =>
        name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>Has the file the extension of JSON?</summary>
    public static bool IsJson(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
