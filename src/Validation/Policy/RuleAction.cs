namespace MultiNet.Validation;

/// <summary>What an operator wants of a rule.</summary>
public enum RuleAction
{
    /// <summary>It says nothing.</summary>
    Off,
    /// <summary>It never refuses.</summary>
    Warn,
    /// <summary>Whatever it finds refuses the object.</summary>
    Deny,
}
