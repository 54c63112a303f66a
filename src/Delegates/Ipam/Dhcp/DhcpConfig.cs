using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Ipam.Dhcp;

/// <summary>The plugin's configuration: the object <c>ipam</c>. Read by the plugin and, out of what any plugin passes on, by the daemon.</summary>
internal sealed record DhcpConfig
{
    /// <summary>Where the daemon listens unless <c>daemonSocketPath</c> says otherwise.</summary>
    internal const string DefaultSocketPath = "/run/cni/dhcp.sock";

    /// <summary>Where the daemon keeps its leases unless <c>daemonStateDir</c> says otherwise.</summary>
    internal const string DefaultStateDirectory = "/var/lib/cni/multinet/dhcp";

    // What messages carry where the configuration asks for nothing at all: the reference's library does so.
    private static readonly byte[] s_requestedOtherwise = [OptionCode.SubnetMask, OptionCode.Routers, OptionCode.DomainName, OptionCode.DomainNameServers];

    /// <summary>Options that every message carries: those of <c>provide</c>, in order.</summary>
    public required IReadOnlyList<(byte Code, byte[] Value)> Provided { get; init; }

    /// <summary>The options that the configuration names under <c>request</c>.</summary>
    public required byte[] Requested { get; init; }

    /// <summary>Option 55: what the server is asked for.</summary>
    public required byte[] ParameterRequestList { get; init; }

    /// <summary>The metric of the routes; 0 for none.</summary>
    public required int Priority { get; init; }

    /// <summary>Reads and checks everything.</summary>
    /// <param name="config">The network configuration.</param>
    /// <param name="args"><c>CNI_ARGS</c>.</param>
    /// <exception cref="CniException">Code 6: wrong JSON types. Code 7: what the reference's daemon refuses, in its words.</exception>
    public static DhcpConfig Read(JsonFields config, string args)
    {
        var ipam = config.Object("ipam");
        // Wrong types are found before anything is asked for, also in what only DEL uses.
        _ = SocketPath(config);
        _ = StateDirectory(config);
        var requested = new List<byte>();
        bool skipDefault = false;
        foreach (var item in ipam.Objects("request"))
        {
            skipDefault |= item.Bool("skipDefault");
            string option = item.String("option");
            if (option.Length > 0 && Code(option) is var code && !requested.Contains(code))
                requested.Add(code);
        }
        var list = new List<byte>(requested);
        foreach (byte code in (ReadOnlySpan<byte>)(skipDefault ? [] : [OptionCode.Routers, OptionCode.SubnetMask]))
        {
            if (!list.Contains(code))
                list.Add(code);
        }
        return new DhcpConfig
        {
            Provided = ReadProvided(ipam, args),
            Requested = [.. requested],
            ParameterRequestList = list.Count == 0 ? s_requestedOtherwise : [.. list],
            Priority = ipam.Int("priority"),
        };
    }

    /// <summary>The daemon's socket.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static string SocketPath(JsonFields config) => OrDefault(config.Object("ipam").String("daemonSocketPath"), DefaultSocketPath);

    /// <summary>Where the daemon keeps its leases, for a DEL while it is away.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static string StateDirectory(JsonFields config) => OrDefault(config.Object("ipam").String("daemonStateDir"), DefaultStateDirectory);

    private static string OrDefault(string value, string otherwise) => value.Length > 0 ? value : otherwise;

    private static List<(byte Code, byte[] Value)> ReadProvided(JsonFields ipam, string args)
    {
        var given = new Dictionary<string, string>();
        foreach (var (key, value) in CniArgs.Pairs(args))
            given[key] = value;
        var provided = new List<(byte Code, byte[] Value)>();
        foreach (var item in ipam.Objects("provide"))
        {
            string option = item.String("option"), fromArgs = item.String("fromArg"), value = item.String("value");
            byte code = Code(option);
            if (code is OptionCode.Pad or OptionCode.End or OptionCode.MessageType or OptionCode.RequestedAddress or OptionCode.ServerIdentifier
                or OptionCode.Overload or OptionCode.ParameterRequestList or OptionCode.MaximumMessageSize)
            {
                throw Invalid($"option \"{Shortened.Text(option, 64)}\" cannot be provided", "The client itself decides on it (RFC 2131); options that it asks for are named under \"request\".");
            }
            Add(provided, code, option, value, "");
            // Go's strings.Split of an empty text has one empty part, without "=": an empty name is never found.
            if (given.TryGetValue(fromArgs, out string? fromCaller))
                Add(provided, code, option, fromCaller, $" from CNI_ARGS \"{Shortened.Text(fromArgs, 64)}\"");
        }
        return provided;
    }

    private static void Add(List<(byte Code, byte[] Value)> provided, byte code, string option, string value, string source)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > 255)
            throw Invalid($"value too long for option \"{Shortened.Text(option, 64)}\"{source}: \"{Shortened.Text(value, 400)}\"", $"An option has 255 bytes at most; these are {bytes.Length}.");
        if (bytes.Length == 0)
            return;
        // The last one counts, as in the reference.
        provided.RemoveAll(known => known.Code == code);
        provided.Add((code, bytes));
    }

    private static byte Code(string option) => option switch
    {
        "dhcp-client-identifier" => OptionCode.ClientIdentifier,
        "subnet-mask" => OptionCode.SubnetMask,
        "routers" => OptionCode.Routers,
        "host-name" => OptionCode.HostName,
        "user-class" => OptionCode.UserClass,
        "vendor-class-identifier" => OptionCode.VendorClass,
        _ => Number(option),
    };

    private static byte Number(string option)
    {
        uint number = 0;
        bool isNumber = option.Length > 0;
        foreach (char c in option)
        {
            isNumber &= char.IsAsciiDigit(c);
            number = isNumber ? Math.Min(1000, number * 10 + (uint)(c - '0')) : 0;
        }
        if (isNumber && number <= 255)
            return (byte)number;
        string shown = Shortened.Text(option, 64);
        throw Invalid(
            $"Can not parse option \"{shown}\": Can not parse option: strconv.ParseUint: parsing \"{shown}\": {(isNumber ? "value out of range" : "invalid syntax")}",
            "Allowed are numbers from 0 to 255, dhcp-client-identifier, subnet-mask, routers, host-name, user-class and vendor-class-identifier.");
    }

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
