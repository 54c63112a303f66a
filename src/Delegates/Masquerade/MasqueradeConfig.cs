using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Masquerade;

/// <summary>The keys <c>ipMasq</c> and <c>ipMasqBackend</c> of the bridge and ptp plugins.</summary>
/// <param name="Enabled">Packets from the container to other networks get the host's address as their source.</param>
/// <param name="Backend">By what means.</param>
internal readonly record struct MasqueradeConfig(bool Enabled, MasqueradeBackend Backend)
{
    /// <summary>Reads the keys.</summary>
    /// <exception cref="CniException">Code 6: another type. Code 7: an unknown backend (also where masquerading is off).</exception>
    public static MasqueradeConfig Read(JsonFields config) => new(
        config.Bool("ipMasq"),
        !config.Has("ipMasqBackend") ? MasqueradeBackend.Default : config.String("ipMasqBackend") switch
        {
            "iptables" => MasqueradeBackend.Iptables,
            "nftables" => MasqueradeBackend.Nftables,
            var other => throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"unknown ipmasq backend \"{other}\"", "ipMasqBackend must be \"iptables\" or \"nftables\", or be left out."),
        });
}
