namespace MultiNet.Validation;

/// <summary>A starting point for a <see cref="ValidationPolicy"/>.</summary>
public enum PolicyProfile
{
    /// <summary>Each rule as the catalogue has it: errors refuse, warnings do not.</summary>
    Standard,
    /// <summary>As standard; what is almost surely a mistake refuses, too (<see cref="ValidationPolicy.StrictRules"/>).</summary>
    Strict,
    /// <summary>Nothing is refused; all is told.</summary>
    Audit,
}
