namespace MultiNet.Cni.Tests.Host;

/// <summary>A plugin whose verbs do what a test says.</summary>
internal sealed class RecordingPlugin : IPlugin
{
    internal List<(CniVerb Verb, PluginContext Context)> Calls { get; } = [];

    internal Func<PluginContext, CniResult> OnAdd { get; init; } = _ => new CniResult();

    internal Action<CniVerb, PluginContext> On { get; init; } = (_, _) => { };

    public string Type { get; init; } = "recording";

    public string About { get; init; } = "CNI recording plugin";

    public IReadOnlyList<string> SupportedVersions { get; init; } = CniVersion.All;

    public CniResult Add(PluginContext context)
    {
        Calls.Add((CniVerb.Add, context));
        return OnAdd(context);
    }

    public void Del(PluginContext context) => Record(CniVerb.Del, context);

    public void Check(PluginContext context) => Record(CniVerb.Check, context);

    public void Status(PluginContext context) => Record(CniVerb.Status, context);

    public void Gc(PluginContext context) => Record(CniVerb.Gc, context);

    private void Record(CniVerb verb, PluginContext context)
    {
        Calls.Add((verb, context));
        On(verb, context);
    }
}
