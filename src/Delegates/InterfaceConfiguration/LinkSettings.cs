using System.Globalization;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>Values that several plugins' configurations have in common, checked before anything is made.</summary>
internal static class LinkSettings
{
    private const int SmallestMtu = 68;
    private const int LargestMtu = 65535;

    /// <summary>Reads <c>mtu</c>: 0 or absent leaves it to the kernel.</summary>
    /// <exception cref="CniException">Code 6: another type. Code 7: no MTU that a veth can have.</exception>
    public static int ReadMtu(JsonFields config)
    {
        int mtu = config.Int("mtu");
        return mtu is 0 or (>= SmallestMtu and <= LargestMtu)
            ? mtu
            : throw Invalid($"invalid MTU {mtu.ToString(CultureInfo.InvariantCulture)} (must be 0 or between {SmallestMtu} and {LargestMtu})", "0, the default, leaves the choice to the kernel.");
    }

    /// <summary>Reads the hardware address that the container's interface is to have.</summary>
    /// <param name="text">The address as found; empty for none.</param>
    /// <param name="source">Where it was found, for errors.</param>
    /// <exception cref="CniException">Code 7: not a unicast Ethernet address.</exception>
    public static MacAddress? ReadMac(string text, string source)
    {
        if (text.Length == 0)
            return null;
        if (MacAddress.TryParse(text, out var mac) && mac.Length == 6 && !mac.IsMulticast && !mac.IsZero)
            return mac;
        throw Invalid($"invalid MAC address \"{text}\"", $"{source} must be a unicast Ethernet address such as 0a:58:0a:01:02:03.");
    }

    /// <summary>Checks that a name from the configuration can be an interface's name.</summary>
    /// <exception cref="CniException">Code 7: it cannot.</exception>
    public static string CheckInterfaceName(string name, string key) =>
        InterfaceName.Problem(name) is { } problem ? throw Invalid($"\"{key}\": {problem.Message}", problem.Details) : name;

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
