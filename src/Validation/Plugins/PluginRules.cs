namespace MultiNet.Validation;

/// <summary>What is known of one type of plugin, and its rules. A new one is a folder here and a line in <see cref="KnownPlugins"/>.</summary>
internal abstract class PluginRules : RuleSet<PluginSubject>
{
    /// <summary>The type.</summary>
    public abstract string Type { get; }

    /// <summary>What it does in a chain.</summary>
    public abstract PluginRole Role { get; }

    /// <summary>The keys that it reads, besides those of every plugin.</summary>
    public abstract IReadOnlyList<KeySpec> Keys { get; }

    /// <summary>The capabilities that it implements.</summary>
    public virtual IReadOnlyList<string> Capabilities => [];

    /// <summary>Must it have an IPAM plugin wherever it stands in the chain?</summary>
    public virtual bool RequiresIpam => false;

    /// <summary>Do pods of different nodes share one network at layer 2, so that a pool of each node gives addresses out twice?</summary>
    public virtual bool SharesLayer2 => false;

    /// <summary>Keys whose values are not judged in this configuration.</summary>
    public virtual bool IsExempt(PluginSubject plugin, string key) => false;
}
