using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>A lease as the result of an ADD.</summary>
internal static class LeaseResult
{
    /// <summary>Address, gateway, routes and name servers.</summary>
    internal static CniResult Of(Lease lease, DhcpConfig config)
    {
        var terms = new LeaseTerms(lease.Message);
        var routes = new List<CniRoute>();
        foreach (var route in terms.Routes())
            routes.Add(config.Priority == 0 ? route : route with { Priority = config.Priority });
        return new CniResult
        {
            IPs = [new CniIP { Address = new IPPrefix(terms.Address, terms.PrefixLength ?? 32), Gateway = terms.Gateway }],
            Routes = routes,
            Dns = terms.Dns(config.Requested),
        };
    }
}
