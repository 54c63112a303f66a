using System.Text.Json;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>Reads results of every version of the specification into the newest form.</summary>
public static class CniResultReader
{
    /// <summary>Reads a result; the version that it names decides on its form.</summary>
    /// <param name="element">The JSON; <c>null</c> is an empty result.</param>
    /// <param name="defaultVersion">The version where the result names none: that of the configuration.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <exception cref="CniException">Code 6: another type. Code 1: an unknown version.</exception>
    public static CniResult Read(JsonElement element, string defaultVersion, string what)
    {
        var fields = JsonFields.From(element, what);
        string version = fields.String("cniVersion");
        if (version.Length == 0)
            version = CniVersion.OrDefault(defaultVersion);
        return ResultVersionClass.Of(version) switch
        {
            ResultVersionClass.Kind.V01 => ReadV01(fields, version),
            ResultVersionClass.Kind.Unknown => throw new CniException(
                CniErrorCode.IncompatibleCniVersion, $"{what}: unsupported CNI result version \"{version}\"",
                $"supported are {string.Join(", ", CniVersion.All)}"),
            _ => ReadV03(fields, version),
        };
    }

    /// <summary>Reads a result from its text.</summary>
    /// <exception cref="CniException">Code 6: not JSON, or another type. Code 1: an unknown version.</exception>
    public static CniResult Read(ReadOnlyMemory<byte> utf8, string defaultVersion, string what) =>
        Read(JsonFields.ParseElement(utf8, what), defaultVersion, what);

    /// <summary>
    /// Reads a configuration's <c>prevResult</c>. It must be of the same form as the configuration's version: the runtime converts it,
    /// so anything else is a mix-up (same rule as the reference's ParsePrevResult).
    /// </summary>
    /// <exception cref="CniException">Code 6: another type. Code 7: of another form than <paramref name="configVersion"/>. Code 1: an unknown version.</exception>
    public static CniResult ReadPrevResult(JsonElement element, string configVersion)
    {
        CniResult result;
        try
        {
            result = Read(element, configVersion, "prevResult");
        }
        catch (CniException e)
        {
            throw e.Prefixed("could not parse prevResult: ");
        }
        var kind = ResultVersionClass.Of(configVersion);
        if (kind != ResultVersionClass.Of(result.CniVersion))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig,
                $"could not parse prevResult: result type supports [{ResultVersionClass.Members(kind)}] but unmarshalled CNIVersion is \"{result.CniVersion}\"",
                $"the configuration is of version {configVersion}");
        }
        return result;
    }

    private static CniResult ReadV01(JsonFields fields, string version)
    {
        var ips = new List<CniIP>(2);
        var routes = new List<CniRoute>();
        foreach (string family in (ReadOnlySpan<string>)["ip4", "ip6"])
        {
            var ip = fields.Object(family);
            if (!ip.Exists)
                continue;
            ips.Add(new CniIP { Address = RequiredPrefix(ip, "ip"), Gateway = ip.Address("gateway") });
            foreach (var route in ip.Objects("routes"))
                routes.Add(new CniRoute { Dst = RequiredPrefix(route, "dst"), Gw = route.Address("gw") });
        }
        return new CniResult { CniVersion = version, IPs = ips, Routes = routes, Dns = ReadDns(fields.Object("dns")) };
    }

    private static CniResult ReadV03(JsonFields fields, string version)
    {
        var interfaces = new List<CniInterface>();
        foreach (var item in fields.Objects("interfaces"))
        {
            interfaces.Add(new CniInterface
            {
                Name = Existing(item).String("name"),
                Mac = item.String("mac"),
                Mtu = item.NullableInt("mtu") ?? 0,
                Sandbox = item.String("sandbox"),
                SocketPath = item.String("socketPath"),
                PciId = item.String("pciID"),
            });
        }
        var ips = new List<CniIP>();
        foreach (var item in fields.Objects("ips"))
        {
            ips.Add(new CniIP
            {
                Address = RequiredPrefix(item, "address"),
                Gateway = item.Address("gateway"),
                Interface = item.NullableInt("interface"),
            });
        }
        var routes = new List<CniRoute>();
        foreach (var item in fields.Objects("routes"))
            routes.Add(ReadRoute(item));
        return new CniResult
        {
            CniVersion = version,
            Interfaces = interfaces,
            IPs = ips,
            Routes = routes,
            Dns = ReadDns(fields.Object("dns")),
        };
    }

    /// <summary>Reads a route, of a result or of a configuration's <c>routes</c>.</summary>
    /// <exception cref="CniException">Code 6: another type, or no destination.</exception>
    public static CniRoute ReadRoute(JsonFields item) => new()
    {
        Dst = RequiredPrefix(item, "dst"),
        Gw = item.Address("gw"),
        // The reference cannot tell 0 from absent here, so 0 is absent.
        Mtu = NullUnlessSet(item.NullableInt("mtu")),
        AdvMss = NullUnlessSet(item.NullableInt("advmss")),
        Priority = NullUnlessSet(item.NullableInt("priority")),
        Table = item.NullableInt("table"),
        Scope = item.NullableInt("scope"),
    };

    /// <summary>Reads DNS settings, of a result or of a configuration; an absent object gives <see cref="CniDns.Empty"/>.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static CniDns ReadDns(JsonFields dns)
    {
        if (!dns.Exists)
            return CniDns.Empty;
        return new CniDns
        {
            Nameservers = dns.Strings("nameservers"),
            Domain = dns.String("domain"),
            Search = dns.Strings("search"),
            Options = dns.Strings("options"),
        };
    }

    private static int? NullUnlessSet(int? value) => value == 0 ? null : value;

    private static JsonFields Existing(JsonFields item) =>
        item.Exists ? item : throw new CniException(CniErrorCode.DecodingFailure, $"{item.Path}: expected an object, found null");

    private static IPPrefix RequiredPrefix(JsonFields item, string key) =>
        Existing(item).Prefix(key)
        ?? throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf(key)}: missing", "expected an address in CIDR notation, such as 10.1.0.5/24");
}
