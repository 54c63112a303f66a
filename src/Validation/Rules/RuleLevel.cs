namespace MultiNet.Validation;

/// <summary>What a rule must know to judge.</summary>
public enum RuleLevel
{
    /// <summary>The object alone.</summary>
    Pure,
    /// <summary>Other objects of the cluster: skipped, and said so, where they are not known.</summary>
    Cluster,
}
