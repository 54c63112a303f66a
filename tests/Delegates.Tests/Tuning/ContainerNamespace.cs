using System.Text;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Tuning;

/// <summary>A fresh network namespace that plays a container, with a folder for the test's files.</summary>
internal sealed class ContainerNamespace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-tuning-");

    public ContainerNamespace(string? veth = "eth0")
    {
        Path = System.IO.Path.Combine(Folder, "ns");
        Namespace = NetworkNamespace.Create(Path);
        Socket = Namespace.OpenSocket();
        if (veth is not null)
            Socket.LinkAdd(new VethSpec { Name = veth, Peer = new VethPeer { Name = "peer" } });
    }

    public string Folder => _folder.FullName;

    public string Path { get; }

    public NetworkNamespace Namespace { get; }

    public RouteSocket Socket { get; }

    public Link Link(string name = "eth0") => Socket.LinkGet(name);

    public string Sysctl(string name) => Netlink.Sysctl.Read(Namespace, name);

    /// <summary>Calls a plugin over a kernel of its own, as one process does.</summary>
    public CniResult? Call(Func<NodeKernel, IPlugin> make, CniVerb verb, string config, string ifName = "eth0", string? netns = null, string args = "", string id = "c1")
    {
        using var kernel = new NodeKernel();
        bool isGlobal = verb is CniVerb.Status or CniVerb.Gc;
        var call = new CniCall
        {
            Verb = verb,
            ContainerId = isGlobal ? "" : id,
            IfName = isGlobal ? "" : ifName,
            NetNs = isGlobal ? "" : netns ?? Path,
            Args = args,
            Path = ["/opt/cni/bin"],
            Config = Encoding.UTF8.GetBytes(config),
        };
        return PluginHost.Invoke(make(kernel), call, null!);
    }

    /// <summary>Removes the namespace while the test goes on, as a runtime does before a late DEL.</summary>
    public void Vanish()
    {
        Socket.Dispose();
        Namespace.Dispose();
        NetworkNamespace.Delete(Path);
    }

    public void Dispose()
    {
        Vanish();
        _folder.Delete(recursive: true);
    }
}
