namespace MultiNet.Validation;

/// <summary>The loopback plugin (docs/plugins/loopback.md): it has no keys.</summary>
internal sealed class LoopbackRules : PluginRules
{
    public override string Type => "loopback";

    public override PluginRole Role => PluginRole.Anywhere;

    public override IReadOnlyList<KeySpec> Keys => [];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
    }
}
