using MultiNet.Delegates.Records;
using MultiNet.Netlink;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates;

/// <summary>
/// The kernel as one call sees it: every namespace is entered once and has one socket, however many plugins of the call work in it.
/// Not thread-safe: one per worker, used on one thread and disposed at the end of the call (a socket keeps its namespace alive).
/// </summary>
public sealed class NodeKernel : IDisposable
{
    private readonly Dictionary<string, NetworkNamespace> _namespaces = [];
    private readonly Dictionary<string, RouteSocket> _sockets = [];
    private readonly Dictionary<string, NetfilterSocket> _netfilters = [];

    /// <summary>Where plugins keep their records on a node.</summary>
    public const string DefaultRecordsFolder = AttachmentRecords.DefaultFolder;

    /// <summary>Where the plugins of this call keep their records.</summary>
    public string RecordsFolder { get; init; } = AttachmentRecords.DefaultFolder;

    /// <summary>The namespace at a path; opened by the first call.</summary>
    /// <param name="path">A path such as <c>CNI_NETNS</c> gives; "" is the namespace of the calling thread, which is the host's.</param>
    /// <exception cref="NamespaceNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="KernelException">What is there is no network namespace, or cannot be opened.</exception>
    public NetworkNamespace Namespace(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!_namespaces.TryGetValue(path, out var found))
        {
            found = path.Length == 0 ? NetworkNamespace.Current() : NetworkNamespace.Open(path);
            _namespaces.Add(path, found);
        }
        return found;
    }

    /// <summary>The routing socket inside the namespace at a path; opened by the first call.</summary>
    /// <inheritdoc cref="Namespace" path="/param"/>
    /// <inheritdoc cref="Namespace" path="/exception"/>
    public RouteSocket Socket(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!_sockets.TryGetValue(path, out var found))
        {
            found = path.Length == 0 ? RouteSocket.Open() : Namespace(path).OpenSocket();
            _sockets.Add(path, found);
        }
        return found;
    }

    /// <summary>The netfilter socket inside the namespace at a path; opened by the first call.</summary>
    /// <inheritdoc cref="Namespace" path="/param"/>
    /// <inheritdoc cref="Namespace" path="/exception"/>
    public NetfilterSocket Netfilter(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!_netfilters.TryGetValue(path, out var found))
        {
            found = path.Length == 0 ? NetfilterSocket.Open() : Namespace(path).OpenNetfilterSocket();
            _netfilters.Add(path, found);
        }
        return found;
    }

    /// <summary>The records of a plugin.</summary>
    /// <param name="plugin">The plugin's type.</param>
    internal AttachmentRecords Records(string plugin) => new(RecordsFolder, plugin);

    /// <summary>Closes all sockets and leaves all namespaces.</summary>
    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
            socket.Dispose();
        foreach (var socket in _netfilters.Values)
            socket.Dispose();
        foreach (var entered in _namespaces.Values)
            entered.Dispose();
        _sockets.Clear();
        _netfilters.Clear();
        _namespaces.Clear();
    }
}
