using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Networks;

internal sealed partial class SelectionElementReader
{
    private List<RequestedAddress> ReadIps(LocatedValue value)
    {
        var ips = new List<RequestedAddress>();
        var seen = new HashSet<IPAddress>();
        foreach (var item in ReadArray(value, SelectionKeys.Ips, "POD-011", "[\"10.1.2.3/24\"]"))
        {
            if (item.Kind != JsonValueKind.String || item.Text is not { } text || !RequestedAddress.TryParse(text, out var ip))
            {
                problems.Error(
                    "POD-011", item,
                    $"expected an address with or without prefix length, such as \"10.1.2.3/24\" or \"fd00::3\", found {item.Found}");
            }
            else if (IsNoHostAddress(ip.Address))
                problems.Error("POD-011", item, $"{Quoted.Text(text)} cannot be an interface's address");
            else if (!seen.Add(ip.Address))
                problems.Error("POD-011", item, $"the address {ip.Address} is asked for twice; remove one");
            else
                ips.Add(ip);
        }
        return ips;
    }

    private string ReadMac(LocatedValue value)
    {
        string text = ReadString(value, SelectionKeys.Mac, "POD-012");
        if (text.Length == 0)
            return "";
        var at = value.AnyCase(SelectionKeys.Mac)!;
        if (!HardwareAddress.TryParse(text, out string canonical, out byte[] address) || address.Length != 6)
        {
            // Go's ParseMAC, and so Multus, also takes 8 and 20 bytes: the plugin or the kernel then fails.
            problems.Error("POD-012", at, $"{Quoted.Text(text)} is no MAC address; six bytes are needed, such as \"02:00:5e:00:53:01\"");
            return "";
        }
        if ((address[0] & 1) != 0 || address.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            problems.Error(
                "POD-012", at,
                $"{Quoted.Text(text)} is a group address or zero, which no interface can have; the first byte must be even, such as 02");
            return "";
        }
        return canonical;
    }

    private string ReadInfinibandGuid(LocatedValue value)
    {
        string text = ReadString(value, SelectionKeys.InfinibandGuid, "POD-013");
        if (text.Length == 0)
            return "";
        if (HardwareAddress.TryParse(text, out string canonical, out byte[] address) && address.Length == 8)
            return canonical;
        problems.Error(
            "POD-013", value.AnyCase(SelectionKeys.InfinibandGuid)!,
            $"{Quoted.Text(text)} is no InfiniBand GUID; eight bytes are needed, such as \"c2:11:22:33:44:55:66:77\"");
        return "";
    }

    private List<IPAddress>? ReadDefaultRoute(LocatedValue value)
    {
        if (value.AnyCase(SelectionKeys.DefaultRoute) is null)
            return null;
        var gateways = new List<IPAddress>();
        foreach (var item in ReadArray(value, SelectionKeys.DefaultRoute, "POD-016", "[\"10.1.2.1\"]"))
        {
            if (item.Kind != JsonValueKind.String || item.Text is not { } text || !IPText.TryParse(text, out var gateway))
            {
                problems.Error(
                    "POD-016", item, $"expected a gateway's address without prefix length, such as \"10.1.2.1\", found {item.Found}");
            }
            else if (IsNoHostAddress(gateway))
                problems.Error("POD-016", item, $"{Quoted.Text(text)} cannot be a gateway");
            else
                gateways.Add(gateway);
        }
        return gateways;
    }

    // Unspecified, broadcast, multicast.
    private static bool IsNoHostAddress(IPAddress address)
    {
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6Multicast)
            return true;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            && bytes[0] >= 224 && (bytes[0] < 240 || address.Equals(IPAddress.Broadcast));
    }
}
