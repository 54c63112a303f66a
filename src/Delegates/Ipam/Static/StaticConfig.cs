using System.Net;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Ipam.Static;

/// <summary>The plugin's configuration: the object <c>ipam</c> and what the runtime asks for.</summary>
internal sealed record StaticConfig
{
    /// <summary>The addresses: of the capability <c>ips</c>, else of <c>args.cni.ips</c>, else <c>addresses</c> and <c>CNI_ARGS</c> together.</summary>
    public required IReadOnlyList<StaticAddress> Addresses { get; init; }

    /// <summary>Routes to return as they are.</summary>
    public required IReadOnlyList<CniRoute> Routes { get; init; }

    /// <summary>DNS settings to return as they are.</summary>
    public required CniDns Dns { get; init; }

    /// <summary>Reads and checks everything.</summary>
    /// <exception cref="CniException">Code 4: <c>CNI_ARGS</c>. Code 6: wrong JSON types. Code 7: what the reference refuses, in its words, and an address given twice.</exception>
    public static StaticConfig Read(PluginContext context)
    {
        var ipam = context.Config.Object("ipam");
        if (!ipam.Exists)
            throw Invalid("IPAM config missing 'ipam' key", "");
        var addresses = ReadConfigured(ipam);
        AddArguments(addresses, context.Call.Args);
        // Each source replaces those before it. All are read, so that a bad entry is an error wherever it stands.
        addresses = Replace(addresses, context.ArgsCni);
        addresses = Replace(addresses, context.RuntimeConfig);
        Check(addresses, context.CniVersion);
        return new StaticConfig
        {
            Addresses = addresses,
            Routes = RouteConfig.Read(ipam),
            Dns = CniResultReader.ReadDns(ipam.Object("dns")),
        };
    }

    private static List<StaticAddress> ReadConfigured(JsonFields ipam)
    {
        var addresses = new List<StaticAddress>();
        foreach (var json in ipam.Objects("addresses"))
        {
            // A program in Go that writes the configuration as it has read it adds a key "Address", an object, which is not meant where
            // keys match in any case: the string under the exact name counts.
            string text = json.Element.ValueKind == JsonValueKind.Object
                && json.Element.TryGetProperty("address", out var exact) && exact.ValueKind == JsonValueKind.String
                ? JsonFields.AsString(exact, json.PathOf("address"))
                : json.String("address");
            if (!IPPrefix.TryParse(text, out var address))
            {
                throw Invalid(
                    $"the 'address' field is expected to be in CIDR notation, got: '{Shortened.Text(text, 80)}'",
                    $"{json.PathOf("address")} must be an address with its prefix length, such as 10.1.2.3/24.");
            }
            addresses.Add(new StaticAddress(address, json.Address("gateway")));
        }
        return addresses;
    }

    private static void AddArguments(List<StaticAddress> addresses, string args)
    {
        var values = CniArgs.Parse(args, "IP", "GATEWAY");
        int configured = addresses.Count;
        foreach (string item in Items(values["IP"]))
        {
            string text = item.Trim();
            if (!IPPrefix.TryParse(text, out var address))
            {
                throw Invalid(
                    $"the 'ip' field is expected to be in CIDR notation, got: '{Shortened.Text(text, 80)}'",
                    "IP in CNI_ARGS is a list of addresses such as 10.1.2.3/24, separated by commas.");
            }
            addresses.Add(new StaticAddress(address, null));
        }
        foreach (string item in Items(values["GATEWAY"]))
        {
            if (!IPText.TryParse(item.Trim(), out var gateway))
                throw Invalid($"invalid gateway address: {Shortened.Text(item, 80)}", "GATEWAY in CNI_ARGS is a list of addresses, separated by commas.");
            // Only those of CNI_ARGS: the configured ones name their own gateway.
            for (int i = configured; i < addresses.Count; i++)
            {
                if (addresses[i].Address.Contains(gateway))
                    addresses[i] = addresses[i] with { Gateway = gateway };
            }
        }
    }

    private static string[] Items(string? list) => string.IsNullOrEmpty(list) ? [] : list.Split(',');

    /// <summary>The addresses of <c>ips</c>, or those before where there are none.</summary>
    private static List<StaticAddress> Replace(List<StaticAddress> before, JsonFields source)
    {
        var texts = source.Strings("ips");
        if (texts.Count == 0)
            return before;
        var addresses = new List<StaticAddress>(texts.Count);
        foreach (string text in texts)
        {
            if (!IPPrefix.TryParse(text, out var address))
            {
                throw Invalid(
                    $"an entry in the 'ips' field is NOT in CIDR notation, got: '{Shortened.Text(text, 80)}'",
                    $"{source.PathOf("ips")} holds addresses with their prefix length, such as 10.1.2.3/24.");
            }
            addresses.Add(new StaticAddress(address, GatewayOf(address, before)));
        }
        return addresses;
    }

    /// <summary>
    /// The gateway that an address inherits from one that it replaces in the same subnet. The reference loses it (#654), which
    /// leaves a pod that asked for its own address without the network's way out.
    /// </summary>
    private static IPAddress? GatewayOf(IPPrefix address, List<StaticAddress> before)
    {
        foreach (var replaced in before)
        {
            if (replaced.Gateway is { } gateway && replaced.Address.Network == address.Network && !gateway.Equals(address.Address))
                return gateway;
        }
        return null;
    }

    private static void Check(List<StaticAddress> addresses, string version)
    {
        int v4 = 0, v6 = 0;
        var seen = new Dictionary<IPAddress, IPPrefix>(addresses.Count);
        foreach (var (address, _) in addresses)
        {
            if (address.IsIPv4)
                v4++;
            else
                v6++;
            if (!seen.TryAdd(address.Address, address))
                throw Invalid($"address {address.Address} is given twice", $"As {seen[address.Address]} and as {address}; an interface can have it once.");
        }
        if ((v4 > 1 || v6 > 1) && !CniVersion.AtLeast(version, "0.3.0"))
        {
            throw Invalid(
                $"CNI version {version} does not support more than 1 address per family",
                $"There are {v4} IPv4 and {v6} IPv6 addresses; set cniVersion to 0.3.0 or newer.");
        }
    }

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
