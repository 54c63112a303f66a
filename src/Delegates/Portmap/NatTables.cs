using MultiNet.Netlink;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates.Portmap;

/// <summary>Has anybody used the table nat of iptables on this host? Answers without starting a process, and without loading a module.</summary>
internal static class NatTables
{
    /// <summary>True also where it cannot be told.</summary>
    public static bool AreThere(NodeKernel kernel)
    {
        try
        {
            // iptables-nft
            foreach (var table in kernel.Netfilter("").TableList())
            {
                if (table.Name == HostPortRules.Table && table.Family is NftFamily.IPv4 or NftFamily.IPv6)
                    return true;
            }
            // iptables-legacy
            return Lists("/proc/thread-self/net/ip_tables_names") || Lists("/proc/thread-self/net/ip6_tables_names");
        }
        catch (Exception e) when (e is KernelException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static bool Lists(string path) => File.Exists(path) && File.ReadAllText(path).Contains(HostPortRules.Table, StringComparison.Ordinal);
}
