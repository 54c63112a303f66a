namespace MultiNet.Validation;

/// <summary>Names of kernel parameters, as the tuning plugin and sysctl(8) read them.</summary>
internal static class SysctlKeys
{
    private const string Placeholder = "IFNAME";

    /// <summary>The path below /proc/sys; null where it leads elsewhere than below net.</summary>
    public static string? PathOf(string key)
    {
        // The first separator decides, and the other one stands for itself; the reference makes every dot a slash.
        int first = key.AsSpan().IndexOfAny('.', '/');
        string path = first < 0 || key[first] == '/' ? key : Exchange(key);
        return IsBelowNet(path) && IsBelowNet(key.Replace('.', '/')) ? WithInterface(path) : null;
    }

    private static string Exchange(string key)
    {
        char[] path = key.ToCharArray();
        for (int i = 0; i < path.Length; i++)
            path[i] = path[i] switch { '.' => '/', '/' => '.', var other => other };
        return new string(path);
    }

    private static string WithInterface(string path)
    {
        int at = path.IndexOf(Placeholder, StringComparison.Ordinal);
        return (at < 0 ? path : string.Concat(path.AsSpan(0, at), "eth0", path.AsSpan(at + Placeholder.Length))).TrimStart('/');
    }

    private static bool IsBelowNet(string path)
    {
        string complete = WithInterface(path);
        bool valid = complete.StartsWith("net/", StringComparison.Ordinal) && !complete.Contains('\0');
        foreach (var part in complete.AsSpan().Split('/'))
            valid &= complete.AsSpan(part) is not ("" or "." or "..");
        return valid;
    }
}
