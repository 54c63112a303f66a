namespace MultiNet.Cni;

/// <summary>The rules for a plugin's type: it names a file, so it must not lead out of the plugin folder (CNI specification 1.1, section 1).</summary>
public static class PluginType
{
    /// <summary>Throws when a type is invalid.</summary>
    /// <exception cref="CniException">Code 7.</exception>
    public static void Validate(string type, string where = "")
    {
        if (type.Length == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "no plugin name provided", where);
        if (type is "." or ".." || type.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"invalid plugin name: {Shortened.Text(type, 64)}",
                where.Length == 0 ? "a plugin's type is a file name without a path" : $"{where}: a plugin's type is a file name without a path");
        }
    }
}
