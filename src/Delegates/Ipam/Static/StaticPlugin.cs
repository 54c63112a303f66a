using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Static;

/// <summary>IPAM <c>static</c>: returns the addresses that the configuration or the caller names. It keeps no state.</summary>
internal sealed class StaticPlugin : IPlugin
{
    /// <inheritdoc/>
    public string Type => "static";

    /// <inheritdoc/>
    public string About => "static: returns the addresses that the configuration or the caller names";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = StaticConfig.Read(context);
        var addresses = new List<CniIP>(config.Addresses.Count);
        foreach (var address in config.Addresses)
            addresses.Add(new CniIP { Address = address.Address, Gateway = address.Gateway });
        return new CniResult { IPs = addresses, Routes = config.Routes, Dns = config.Dns };
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        // Nothing was reserved, and a broken configuration must not keep a container from being deleted.
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = StaticConfig.Read(context);
        var result = context.PrevResult
            ?? throw new CniException(CniErrorCode.InvalidNetworkConfig, "Required prevResult missing", "CHECK compares the result of ADD with the configuration.");
        foreach (var expected in config.Addresses)
        {
            if (!Contains(result, expected))
            {
                throw new CniException(
                    CniErrorCode.Internal, $"static: Failed to match addr {expected.Address.Address} on interface {context.Call.IfName}",
                    $"Expected {Describe(expected.Address, expected.Gateway)}; the result of ADD has {Describe(result)}.");
            }
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context) => StaticConfig.Read(context);

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        // Nothing was reserved.
    }

    private static bool Contains(CniResult result, StaticAddress expected)
    {
        foreach (var ip in result.IPs)
        {
            // A main plugin may have added a gateway where none was configured.
            if (ip.Address == expected.Address && (expected.Gateway is null || expected.Gateway.Equals(ip.Gateway)))
                return true;
        }
        return false;
    }

    private static string Describe(CniResult result)
    {
        var texts = new List<string>(result.IPs.Count);
        foreach (var ip in result.IPs)
            texts.Add(Describe(ip.Address, ip.Gateway));
        return texts.Count == 0 ? "no address" : string.Join(", ", texts);
    }

    private static string Describe(IPPrefix address, System.Net.IPAddress? gateway) =>
        gateway is null ? address.ToString() : $"{address} with gateway {gateway}";
}
