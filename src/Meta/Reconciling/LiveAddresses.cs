using System.Net;
using MultiNet.Netlink;

namespace MultiNet.Meta.Reconciling;

/// <summary>The addresses that stand in the network namespaces of the node, whoever made them. Read once, when it is first asked.</summary>
internal sealed class LiveAddresses
{
    // Where programs bind namespaces, so that they live without a process.
    private static readonly string[] s_folders = ["/run/netns", "/var/run/netns", "/run/docker/netns"];

    private readonly NodeProcesses _processes;
    private HashSet<IPAddress>? _addresses;

    /// <param name="processes">The processes of the node.</param>
    public LiveAddresses(NodeProcesses processes) => _processes = processes;

    /// <summary>Has an interface in some namespace the address?</summary>
    public bool Contains(IPAddress address) => (_addresses ??= Read()).Contains(address);

    private HashSet<IPAddress> Read()
    {
        var paths = new List<string>(_processes.NamespacePaths);
        foreach (string folder in s_folders)
        {
            if (Directory.Exists(folder))
                paths.AddRange(Directory.EnumerateFiles(folder));
        }
        var addresses = new HashSet<IPAddress>();
        var seen = new HashSet<ulong>();
        foreach (string path in paths)
        {
            try
            {
                using var opened = NetworkNamespace.Open(path);
                if (!seen.Add(opened.Inode))
                    continue;
                using var socket = opened.OpenSocket();
                foreach (var address in socket.AddressList())
                    addresses.Add(address.Local);
            }
            catch (KernelException)
            {
                // Ended meanwhile, or no namespace.
            }
        }
        return addresses;
    }
}
