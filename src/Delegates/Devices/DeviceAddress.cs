using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Devices;

/// <summary>
/// The hardware address of an interface whose card has a say in it. After the physical function was told of a new one, the driver of a
/// virtual function must notice: some do by themselves, some when they are started again (igbvf), some take it from here.
/// </summary>
internal static class DeviceAddress
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Gives an interface that is down its address.</summary>
    /// <exception cref="CniException">The driver refused for three seconds.</exception>
    public static void Set(RouteSocket socket, int link, MacAddress mac)
    {
        var deadline = Deadline.After(s_patience);
        string reason = "the driver keeps another one";
        while (socket.LinkGet(link).MacAddress != mac)
        {
            if (deadline.HasPassed)
                throw new CniException(CniErrorCode.Internal, $"failed to set netlink MAC address to {mac}: {reason}", "The driver of the interface does not take the address.");
            try
            {
                socket.LinkSet(link, new LinkChange { MacAddress = mac });
            }
            catch (NetlinkException e) when (!e.IsNotFound || e.ErrnoName == "EADDRNOTAVAIL")
            {
                reason = e.Message;
                Restart(socket, link);
                Thread.Sleep(s_interval);
            }
        }
    }

    private static void Restart(RouteSocket socket, int link)
    {
        try
        {
            socket.LinkSet(link, new LinkChange { Up = true });
            socket.LinkSet(link, new LinkChange { Up = false });
        }
        catch (NetlinkException)
        {
            // The next attempt tells.
        }
    }
}
