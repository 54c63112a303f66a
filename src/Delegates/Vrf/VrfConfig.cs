using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;

namespace MultiNet.Delegates.Vrf;

/// <summary>The configuration of the vrf plugin. Key by key: docs/plugins/vrf.md.</summary>
/// <param name="Name"><c>vrfname</c>: the VRF's interface in the container.</param>
/// <param name="Table"><c>table</c>; 0 for a free one, or the one that the VRF has.</param>
internal sealed record VrfConfig(string Name, uint Table)
{
    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static VrfConfig Read(PluginContext context)
    {
        string name = ReadName(context.Config);
        if (name.Length == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "configuration is expected to have a valid vrf name", "\"vrfname\" is the name of the VRF in the container.");
        LinkSettings.CheckInterfaceName(name, "vrfname");
        ulong table = context.Config.NullableULong("table") ?? 0;
        return table <= uint.MaxValue
            ? new VrfConfig(name, (uint)table)
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"invalid routing table {table}", "\"table\" is a number up to 4294967295; 0 or none takes a free one.");
    }

    /// <summary>Reads <c>vrfname</c> alone; empty where it is missing.</summary>
    /// <exception cref="CniException">Code 6: another type.</exception>
    public static string ReadName(JsonFields config) => config.String("vrfname");
}
