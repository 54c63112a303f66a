namespace MultiNet.Validation;

/// <summary>What is known of one type of IPAM plugin, and its rules.</summary>
internal abstract class IpamRules : RuleSet<PluginSubject>
{
    /// <summary>The type, as it stands in <c>ipam.type</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The keys of <c>ipam</c> that it reads.</summary>
    public abstract IReadOnlyList<KeySpec> Keys { get; }

    /// <summary>The capabilities that it implements, declared by the plugin that delegates to it.</summary>
    public virtual IReadOnlyList<string> Capabilities => [];
}
