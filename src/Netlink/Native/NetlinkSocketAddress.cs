using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Native;

/// <summary>struct sockaddr_nl. Port 0 is the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkSocketAddress
{
    internal ushort Family;
    internal ushort Padding;
    internal uint Port;
    internal uint Groups;
}
