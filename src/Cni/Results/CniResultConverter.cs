namespace MultiNet.Cni;

/// <summary>
/// Converts results between versions: what a version cannot say is dropped, exactly as if the result had been printed in it and read
/// again. The reference keeps the newer keys when it converts 1.1.0 to 1.0.0, and so does this.
/// </summary>
internal static class CniResultConverter
{
    internal static CniResult Convert(CniResult result, string version)
    {
        version = CniVersion.OrDefault(version);
        switch (ResultVersionClass.Of(version))
        {
            case ResultVersionClass.Kind.V1:
                return result.CniVersion == version ? result : result with { CniVersion = version };
            case ResultVersionClass.Kind.V03:
                return result with { CniVersion = version, Interfaces = WithoutNewKeys(result.Interfaces) };
            case ResultVersionClass.Kind.V01:
                return ToV01(result, version);
            default:
                throw new CniException(
                    CniErrorCode.IncompatibleCniVersion, $"no converter for CNI result version {result.CniVersion} to {version}",
                    $"supported are {string.Join(", ", CniVersion.All)}");
        }
    }

    private static List<CniInterface> WithoutNewKeys(IReadOnlyList<CniInterface> interfaces)
    {
        var old = new List<CniInterface>(interfaces.Count);
        foreach (var item in interfaces)
            old.Add(item.Mtu == 0 && item.SocketPath.Length == 0 && item.PciId.Length == 0 ? item : item with { Mtu = 0, SocketPath = "", PciId = "" });
        return old;
    }

    private static CniResult ToV01(CniResult result, string version)
    {
        var ips = new List<CniIP>(2);
        var routes = new List<CniRoute>(result.Routes.Count);
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var first = First(result.IPs, ipv4);
            if (first is null)
                continue;
            ips.Add(first.Interface is null ? first : first with { Interface = null });
            foreach (var route in result.Routes)
            {
                if (route.Dst.IsIPv4 == ipv4)
                    routes.Add(new CniRoute { Dst = route.Dst, Gw = route.Gw });
            }
        }
        if (ips.Count == 0)
        {
            throw new CniException(
                CniErrorCode.IncompatibleCniVersion, "cannot convert: no valid IP addresses",
                $"a result without an address cannot be said in version {version}; set cniVersion to 0.3.1 or newer");
        }
        return new CniResult { CniVersion = version, IPs = ips, Routes = routes, Dns = result.Dns };
    }

    private static CniIP? First(IReadOnlyList<CniIP> ips, bool ipv4)
    {
        foreach (var ip in ips)
        {
            if (ip.Address.IsIPv4 == ipv4)
                return ip;
        }
        return null;
    }
}
