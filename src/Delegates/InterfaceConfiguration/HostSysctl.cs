using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>Kernel parameters of the host on which forwarding plugins depend.</summary>
internal static class HostSysctl
{
    /// <summary>Lets the host forward packets of a family. What is on already is not written: /proc/sys may be read-only.</summary>
    /// <exception cref="KernelException">It is off and cannot be switched on.</exception>
    public static void EnableForwarding(bool ipv4)
    {
        string name = Forwarding(ipv4);
        if (!TryRead(name, out string value) || value != "1")
            Sysctl.Write(name, "1");
    }

    /// <summary>Does the host forward packets of a family?</summary>
    /// <exception cref="CniException">It does not.</exception>
    public static void CheckForwarding(bool ipv4)
    {
        if (!TryRead(Forwarding(ipv4), out string value) || value != "1")
            throw new CniException(CniErrorCode.Internal, $"the host does not forward {(ipv4 ? "IPv4" : "IPv6")} packets", $"{Forwarding(ipv4)} was set to 1 by ADD, it is \"{value}\" now.");
    }

    private static string Forwarding(bool ipv4) => ipv4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding";

    /// <summary>Keeps router advertisements from making addresses and routes on an interface of ours. Without IPv6 there is nothing to do.</summary>
    public static void IgnoreRouterAdvertisements(string link)
    {
        try
        {
            Sysctl.Write($"net/ipv6/conf/{link}/accept_ra", "0");
        }
        catch (KernelException)
        {
        }
    }

    /// <summary>Reads a parameter in the namespace of the calling thread; false where there is none.</summary>
    public static bool TryRead(string name, out string value)
    {
        try
        {
            value = Sysctl.Read(name);
            return true;
        }
        catch (KernelException)
        {
            value = "";
            return false;
        }
    }
}
