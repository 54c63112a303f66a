namespace MultiNet.Cni;

/// <summary>Looks plugins up on <c>CNI_PATH</c>.</summary>
public static class PluginFile
{
    /// <summary>The first regular file (links followed) of this name, or null.</summary>
    public static string? TryFind(string type, IReadOnlyList<string> path)
    {
        foreach (string folder in path)
        {
            if (folder.Length == 0)
                continue;
            string file = Path.Combine(folder, type);
            if (FileIdentity.TryGet(file, out _, out bool isRegular) && isRegular)
                return file;
        }
        return null;
    }

    /// <summary>The same, with the reference's errors.</summary>
    /// <exception cref="CniException">Code 7: the type is invalid. Code 4: no path. Code 999: found nowhere.</exception>
    public static string Find(string type, IReadOnlyList<string> path)
    {
        PluginType.Validate(type);
        if (path.Count == 0)
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, "no paths provided", $"CNI_PATH is empty; the plugin \"{type}\" is looked for there");
        return TryFind(type, path) ?? throw new CniException(
            CniErrorCode.Internal, $"failed to find plugin \"{type}\" in path [{Shortened.Text(string.Join(' ', path), 1024)}]",
            "install the plugin there, or correct the configuration's \"type\"");
    }
}
