namespace MultiNet.Cni;

/// <summary>
/// Refuses to work on the host's own namespace (code 8). The reference looks only after the work is done; here it is before, so that a
/// wrong <c>CNI_NETNS</c> costs nothing.
/// </summary>
internal static class NetNsGuard
{
    /// <summary>Throws when <paramref name="path"/> is the namespace of this thread. A path that names nothing passes: it is the plugin's to judge.</summary>
    /// <exception cref="CniException">Code 8.</exception>
    internal static void Check(string path, string? netnsOverride)
    {
        if (path.Length == 0 || netnsOverride is "1" || string.Equals(netnsOverride, "true", StringComparison.OrdinalIgnoreCase))
            return;
        if (FileIdentity.TryGet(path, out var netns) && FileIdentity.TryGet("/proc/thread-self/ns/net", out var own) && netns == own)
        {
            throw new CniException(
                CniErrorCode.InvalidNetNs, "plugin's netns and netns from CNI_NETNS should not be the same",
                $"CNI_NETNS is {Shortened.Text(path, 256)}, the namespace in which the plugin itself runs; set CNI_NETNS_OVERRIDE=1 if that is meant");
        }
    }
}
