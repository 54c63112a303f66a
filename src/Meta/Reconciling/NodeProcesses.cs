using System.Globalization;

namespace MultiNet.Meta.Reconciling;

/// <summary>
/// The processes of the node, as evidence of what is alive: in which network namespaces they are, and which containers their cgroups name
/// (a runtime puts the sandbox's id there). Read once, when it is first asked.
/// </summary>
internal sealed class NodeProcesses
{
    private readonly HashSet<ulong> _namespaces = [];
    private readonly List<string> _cgroups = [];
    private readonly Dictionary<ulong, string> _namespacePaths = [];
    private bool _isRead;

    /// <summary>Is there a process in the namespace with this inode?</summary>
    public bool AnyIn(ulong namespaceInode)
    {
        Read();
        return _namespaces.Contains(namespaceInode);
    }

    /// <summary>Does a process's cgroup name the container?</summary>
    public bool AnyOf(string containerId)
    {
        Read();
        return _cgroups.Exists(text => text.Contains(containerId, StringComparison.Ordinal));
    }

    /// <summary>A path to each namespace that a process is in.</summary>
    public IReadOnlyCollection<string> NamespacePaths
    {
        get
        {
            Read();
            return _namespacePaths.Values;
        }
    }

    private void Read()
    {
        if (_isRead)
            return;
        _isRead = true;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                continue;
            string link = Path.Combine(folder, "ns/net");
            if (NamespaceOf(link) is { } inode && _namespaces.Add(inode))
                _namespacePaths[inode] = link;
            if (ReadText(Path.Combine(folder, "cgroup")) is { Length: > 0 } cgroup && !_cgroups.Contains(cgroup))
                _cgroups.Add(cgroup);
        }
    }

    // "net:[4026531840]"; a process may end while it is looked at.
    private static ulong? NamespaceOf(string link)
    {
        try
        {
            string? target = new FileInfo(link).LinkTarget;
            return target is not null && target.StartsWith("net:[", StringComparison.Ordinal)
                && ulong.TryParse(target.AsSpan(5).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode) ? inode : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
