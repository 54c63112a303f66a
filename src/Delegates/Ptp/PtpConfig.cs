using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Ptp;

/// <summary>The configuration of the ptp plugin. Key by key: docs/plugins/ptp.md.</summary>
internal sealed record PtpConfig
{
    /// <summary><c>ipMasq</c> and <c>ipMasqBackend</c>.</summary>
    public MasqueradeConfig Masquerade { get; init; }

    /// <summary><c>mtu</c> in bytes; 0 leaves it to the kernel.</summary>
    public int Mtu { get; init; }

    /// <summary><c>dns</c>, or null where the IPAM plugin's settings stand.</summary>
    public CniDns? Dns { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value, or no IPAM plugin.</exception>
    public static PtpConfig Read(PluginContext context)
    {
        var config = new PtpConfig
        {
            Masquerade = MasqueradeConfig.Read(context.Config),
            Mtu = LinkSettings.ReadMtu(context.Config),
            Dns = DnsConfig.Read(context.Config),
        };
        return context.HasIpam
            ? config
            : throw new CniException(
                CniErrorCode.InvalidNetworkConfig,
                "ptp requires an IPAM configuration",
                "\"ipam\" with a \"type\" is missing: a point-to-point link is nothing but addresses and routes.");
    }
}
