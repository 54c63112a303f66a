using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Sbr;

/// <summary>The configuration of the sbr plugin. Key by key: docs/plugins/sbr.md.</summary>
internal sealed record SbrConfig
{
    /// <summary><c>table</c>: the rules point to this one, and routes are left to others; null makes a table for each address.</summary>
    public uint? Table { get; init; }

    /// <summary>The IPv4 address of <c>gateways</c>.</summary>
    public IPAddress? Gateway4 { get; init; }

    /// <summary>The IPv6 address of <c>gateways</c>.</summary>
    public IPAddress? Gateway6 { get; init; }

    /// <summary><c>addSourceHints</c>: the subnets stay in the main table, with the interface's address as source.</summary>
    public bool AddSourceHints { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static SbrConfig Read(PluginContext context)
    {
        var (gateway4, gateway6) = ReadGateways(context.Config);
        return new SbrConfig
        {
            Table = ReadTable(context.Config),
            Gateway4 = gateway4,
            Gateway6 = gateway6,
            AddSourceHints = context.Config.Bool("addSourceHints"),
        };
    }

    /// <summary>Reads <c>table</c> alone.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static uint? ReadTable(JsonFields config) => config.NullableULong("table") switch
    {
        null => null,
        >= 1 and <= uint.MaxValue and var table => (uint)table,
        var table => throw Invalid($"invalid routing table {table}", "\"table\" is a number from 1 to 4294967295; without it a free table is taken for each address."),
    };

    /// <summary>The configured gateway of a family.</summary>
    public IPAddress? Gateway(bool ipv4) => ipv4 ? Gateway4 : Gateway6;

    private static (IPAddress? IPv4, IPAddress? IPv6) ReadGateways(JsonFields config)
    {
        var texts = config.Strings("gateways");
        if (texts.Count > 2)
            throw Invalid("gateways list cannot contain more than 2 entries (one IPv4, one IPv6)", $"Found {texts.Count}.");
        IPAddress? ipv4 = null, ipv6 = null;
        foreach (string text in texts)
        {
            if (!IPText.TryParse(text, out var address))
                throw Invalid($"invalid static gateway IP address: {text}", "\"gateways\" holds addresses without prefix, such as 10.1.2.1.");
            bool isIPv4 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
            if ((isIPv4 ? ipv4 : ipv6) is { } other)
                throw Invalid($"gateways list contains multiple {(isIPv4 ? "IPv4" : "IPv6")} addresses: {IPText.Format(other)} and {text}", "One gateway of each family is possible.");
            if (isIPv4)
                ipv4 = address;
            else
                ipv6 = address;
        }
        return (ipv4, ipv6);
    }

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
