namespace MultiNet.Cni.Tests.Host;

/// <summary>For plugins that delegate nothing.</summary>
internal sealed class NoInvoker : IPluginInvoker
{
    public CniResult? Invoke(string type, CniCall call) => throw new InvalidOperationException("nothing is delegated here");

    public PluginSource Resolve(string type, IReadOnlyList<string> path) => throw new InvalidOperationException("nothing is delegated here");
}
