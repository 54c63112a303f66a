namespace MultiNet.Cni;

/// <summary><c>CNI_PATH</c>: the folders in which plugins are looked for, in order.</summary>
public static class PluginPath
{
    /// <summary>Splits at colons; empty parts are dropped.</summary>
    public static IReadOnlyList<string> Split(string path) => path.Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The reverse of <see cref="Split"/>.</summary>
    public static string Join(IReadOnlyList<string> path) => string.Join(':', path);
}
