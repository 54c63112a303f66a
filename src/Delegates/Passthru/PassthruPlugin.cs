using MultiNet.Cni;

namespace MultiNet.Delegates.Passthru;

/// <summary>
/// Does nothing: passes on the result of the plugin before it, or an empty one. It heads a chain of plugins that work on what is
/// there already (Multus' <c>auxiliaryCNIChainName</c>).
/// </summary>
internal sealed class PassthruPlugin : IPlugin
{
    /// <inheritdoc/>
    public string Type => "passthru";

    /// <inheritdoc/>
    public string About => "CNI passthru plugin: heads a chain, does nothing";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context) => context.PrevResult ?? new CniResult();

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
    }
}
