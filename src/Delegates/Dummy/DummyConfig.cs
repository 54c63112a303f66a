using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;

namespace MultiNet.Delegates.Dummy;

/// <summary>The configuration of the dummy plugin. Key by key: docs/plugins/dummy.md.</summary>
internal sealed record DummyConfig : SingleInterfaceConfig
{
    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value, or no IPAM plugin. Code 4: CNI_ARGS.</exception>
    public static DummyConfig Read(PluginContext context)
    {
        RequireIpam(context, "dummy interface requires an IPAM configuration");
        return new DummyConfig
        {
            Mtu = LinkSettings.ReadMtu(context.Config),
            Mac = ReadMac(context),
            EnableDad = context.Config.Bool("enabledad"),
            Dns = DnsConfig.Read(context.Config),
        };
    }
}
