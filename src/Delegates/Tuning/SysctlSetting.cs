using MultiNet.Cni;

namespace MultiNet.Delegates.Tuning;

/// <summary>A kernel parameter of the network namespace, and the value it is to have.</summary>
/// <param name="Key">The key as it was written: what the allowlist judges.</param>
/// <param name="Path">The path below /proc/sys, the placeholder <c>IFNAME</c> replaced.</param>
/// <param name="LegacyPath">The path by the reference's rule where that differs, else the same; for keys that mix dots and slashes.</param>
/// <param name="Value">The value.</param>
internal sealed record SysctlSetting(string Key, string Path, string LegacyPath, string Value)
{
    private const string Placeholder = "IFNAME";

    /// <summary>The file, as errors name it.</summary>
    public string File => "/proc/sys/" + Path;

    /// <summary>The path that exists in the namespace of the calling thread; where neither does, <see cref="Path"/>.</summary>
    public string FindPath() =>
        LegacyPath != Path && !System.IO.File.Exists(File) && System.IO.File.Exists("/proc/sys/" + LegacyPath) ? LegacyPath : Path;

    /// <summary>Are two values the same to the kernel? It separates several numbers by tabs, whatever was written.</summary>
    public static bool AreSame(string left, string right) =>
        left.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).AsSpan()
            .SequenceEqual(right.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Reads a key.</summary>
    /// <exception cref="CniException">Code 7: it leads elsewhere than below /proc/sys/net.</exception>
    public static SysctlSetting Of(string key, string value, string ifName)
    {
        // sysctl(8): the first separator decides, and the other one stands for itself: net/ipv4/conf/eth0.100/rp_filter and
        // net.ipv4.conf.eth0/100.rp_filter are of eth0.100. The reference makes every dot a slash.
        int first = key.AsSpan().IndexOfAny('.', '/');
        string legacy = key.Replace('.', '/');
        string path = first < 0 || key[first] == '/' ? key : Exchange(key);
        return new SysctlSetting(key, Complete(path, ifName, key), Complete(legacy, ifName, key), value);
    }

    private static string Exchange(string key) => string.Create(key.Length, key, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = source[i] switch { '.' => '/', '/' => '.', var other => other };
    });

    private static string Complete(string path, string ifName, string key)
    {
        int at = path.IndexOf(Placeholder, StringComparison.Ordinal);
        string complete = at < 0 ? path : string.Concat(path.AsSpan(0, at), ifName, path.AsSpan(at + Placeholder.Length));
        complete = complete.TrimStart('/');
        bool valid = complete.StartsWith("net/", StringComparison.Ordinal) && !complete.Contains('\0');
        foreach (var part in complete.AsSpan().Split('/'))
            valid &= complete.AsSpan(part) is not ("" or "." or "..");
        return valid
            ? complete
            : throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"invalid net sysctl key: \"{Shortened.Text(path, 200)}\"",
                $"Found \"{Shortened.Text(key, 200)}\" in \"sysctl\"; only parameters below net can be set, such as net.ipv4.conf.IFNAME.rp_filter.");
    }
}
