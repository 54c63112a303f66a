using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>The plugin's configuration: the object <c>ipam</c> and what the runtime asks for.</summary>
internal sealed record HostLocalConfig
{
    private const string DefaultDataDir = AllocationIndexes.DefaultFolder;

    /// <summary>The range sets: those of the capability <c>ipRanges</c>, the old-style single range, then <c>ranges</c>.</summary>
    public required IReadOnlyList<RangeSet> RangeSets { get; init; }

    /// <summary>Addresses that the caller wants: of <c>CNI_ARGS</c>, <c>args.cni.ips</c> and the capability <c>ips</c>, without repetitions.</summary>
    public required IReadOnlyList<AddressNumber> Requested { get; init; }

    /// <summary>Routes to return as they are.</summary>
    public required IReadOnlyList<CniRoute> Routes { get; init; }

    /// <summary>A resolv.conf whose settings are returned as DNS settings, or empty.</summary>
    public required string ResolvConf { get; init; }

    /// <summary>Reads and checks everything.</summary>
    /// <exception cref="CniException">Code 4: <c>CNI_ARGS</c>. Code 6: wrong JSON types. Code 7: what the reference refuses, in its words.</exception>
    public static HostLocalConfig Read(PluginContext context)
    {
        var ipam = Ipam(context);
        var requested = ReadRequested(context);
        var sets = ReadRangeSets(context, ipam);
        CheckFamilies(context, sets);
        for (int i = 0; i < sets.Count; i++)
        {
            for (int j = i + 1; j < sets.Count; j++)
            {
                if (sets[i].Overlaps(sets[j]))
                    throw Invalid($"range set {i} overlaps with {j}", $"{sets[i]} and {sets[j]}");
            }
        }
        return new HostLocalConfig
        {
            RangeSets = sets,
            Requested = requested,
            Routes = RouteConfig.Read(ipam),
            ResolvConf = ipam.String("resolvConf"),
        };
    }

    /// <summary>
    /// The directory of the network's reservations. All that DEL and GC need: they work however broken the rest of the configuration is.
    /// </summary>
    /// <exception cref="CniException">Code 7: no <c>ipam</c>, or a network name that would lead out of the data directory.</exception>
    public static string ReadDirectory(PluginContext context)
    {
        string dataDir = Ipam(context).String("dataDir");
        if (dataDir.Contains('\0'))
            throw Invalid("invalid dataDir", "ipam.dataDir contains a NUL character.");
        // The host has checked it; but this is the line that makes a path of it.
        NetworkName.Validate(context.NetworkName);
        return Path.Combine(dataDir.Length == 0 ? DefaultDataDir : dataDir, context.NetworkName);
    }

    private static JsonFields Ipam(PluginContext context)
    {
        var ipam = context.Config.Object("ipam");
        return ipam.Exists ? ipam : throw Invalid("IPAM config missing 'ipam' key", "");
    }

    private static List<RangeSet> ReadRangeSets(PluginContext context, JsonFields ipam)
    {
        var sets = new List<IReadOnlyList<JsonFields>>();
        AddSets(sets, context.RuntimeConfig, "ipRanges");
        if (ipam.Has("subnet"))
            sets.Add([ipam]);
        AddSets(sets, ipam, "ranges");
        if (sets.Count == 0)
            throw Invalid("no IP ranges specified", "Give ipam.subnet, ipam.ranges, or the capability argument ipRanges.");
        var read = new List<RangeSet>(sets.Count);
        for (int i = 0; i < sets.Count; i++)
        {
            try
            {
                read.Add(RangeSet.Read(sets[i]));
            }
            catch (CniException e) when (e.Code == CniErrorCode.InvalidNetworkConfig)
            {
                throw e.Prefixed($"invalid range set {i}: ");
            }
        }
        return read;
    }

    private static void AddSets(List<IReadOnlyList<JsonFields>> sets, JsonFields parent, string key)
    {
        var elements = parent.Array(key);
        for (int i = 0; i < elements.Count; i++)
        {
            string path = $"{parent.PathOf(key)}[{i}]";
            var ranges = JsonFields.Elements(elements[i], path);
            var set = new List<JsonFields>(ranges.Count);
            for (int j = 0; j < ranges.Count; j++)
                set.Add(JsonFields.From(ranges[j], $"{path}[{j}]"));
            sets.Add(set);
        }
    }

    private static void CheckFamilies(PluginContext context, List<RangeSet> sets)
    {
        int v4 = 0, v6 = 0;
        foreach (var set in sets)
        {
            if (set.IsIPv4)
                v4++;
            else
                v6++;
        }
        if ((v4 > 1 || v6 > 1) && !CniVersion.AtLeast(context.CniVersion, "0.3.0"))
            throw Invalid($"CNI version {context.CniVersion} does not support more than 1 address per family", $"There are {v4} IPv4 and {v6} IPv6 range sets; set cniVersion to 0.3.0 or newer.");
    }

    private static List<AddressNumber> ReadRequested(PluginContext context)
    {
        var requested = new List<AddressNumber>();
        if (CniArgs.Parse(context.Call.Args, "IP")["IP"] is { Length: > 0 } ip)
            Add(ip, "CNI_ARGS: IP");
        foreach (string text in context.ArgsCni.Strings("ips"))
            Add(text, "args.cni.ips");
        foreach (string text in context.RuntimeConfig.Strings("ips"))
            Add(text, "runtimeConfig.ips");
        return requested;

        void Add(string text, string source)
        {
            // With or without a prefix length, which does not matter here: the range decides.
            IPAddress address = IPAddress.None;
            if (IPPrefix.TryParse(text, out var prefix))
                address = prefix.Address;
            else if (!IPText.TryParse(text, out address))
                throw Invalid($"cannot understand ip: invalid IP address {text}", source);
            var number = AddressNumber.From(address);
            if (!requested.Contains(number))
                requested.Add(number);
        }
    }

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
