using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;

namespace MultiNet.Meta.Plugin;

/// <summary>The meta plugin as the runtime sees it: type <c>multinet</c>.</summary>
internal sealed class MetaPlugin : IPlugin
{
    /// <inheritdoc/>
    public string Type => "multinet";

    /// <inheritdoc/>
    public string About => "MultiNet meta plugin: attaches pods to several networks";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        using var multiplexer = Open(context);
        return multiplexer.Add(Request(context))[0].Result;
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        using var multiplexer = Open(context, sourceMayFail: true);
        multiplexer.Del(Request(context));
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        using var multiplexer = Open(context, sourceMayFail: true);
        multiplexer.Check(Request(context));
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        using var multiplexer = Open(context);
        multiplexer.Status(context.Call.Path);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        using var multiplexer = Open(context);
        multiplexer.Gc(context.ValidAttachments, context.Call.Path);
    }

    private static Multiplexer Open(PluginContext context, bool sourceMayFail = false)
    {
        var config = MetaConfigReader.Read(context.Call.Config);
        try
        {
            return new Multiplexer(config, PodNetworkSources.Open(config), StatusSinks.Open(config));
        }
        catch (CniException) when (sourceMayFail)
        {
            // The journal is enough.
            return new Multiplexer(config, source: null);
        }
    }

    private static SandboxRequest Request(PluginContext context)
    {
        var call = context.Call;
        var args = PodArguments.Parse(call.Args);
        return new SandboxRequest
        {
            ContainerId = call.ContainerId,
            NetNs = call.NetNs,
            IfName = call.IfName,
            Args = args,
            Pod = PodArguments.PodOf(args),
            Path = call.Path,
        };
    }
}
