using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>The configuration's well-known key <c>dns</c> (CNI specification 1.1, section 1).</summary>
internal static class DnsConfig
{
    /// <summary>Reads the key.</summary>
    /// <returns>Null where no field of it is set: then the settings of the IPAM plugin stand. An empty list counts as set.</returns>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static CniDns? Read(JsonFields config)
    {
        var dns = config.Object("dns");
        if (!dns.Exists)
            return null;
        var read = CniResultReader.ReadDns(dns);
        return dns.Has("nameservers") || dns.Has("search") || dns.Has("options") || read.Domain.Length > 0 ? read : null;
    }
}
