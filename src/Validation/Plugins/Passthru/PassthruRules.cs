namespace MultiNet.Validation;

/// <summary>The passthru plugin (docs/plugins/passthru.md): it has no keys.</summary>
internal sealed class PassthruRules : PluginRules
{
    public override string Type => "passthru";

    public override PluginRole Role => PluginRole.Anywhere;

    public override IReadOnlyList<KeySpec> Keys => [];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
    }
}
