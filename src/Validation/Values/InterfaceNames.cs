using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-LNK-001: names of interfaces in configurations.</summary>
internal static class InterfaceNames
{
    private const string Rule = "MN-LNK-001";

    /// <summary>Judges a name.</summary>
    public static void Check(LocatedValue at, string name, RuleFindings findings)
    {
        if (InterfaceName.Problem(name) is { } problem)
        {
            findings.Error(
                Rule, at, $"{Quoted.Text(name)} cannot be an interface's name: {problem.Message}",
                $"at most {InterfaceName.MaxBytes} bytes, without '/', ':', '%' and white space");
        }
        else if (InterfaceNameRule.WhyInvalid(name) is { } why)
        {
            findings.Warning(Rule, at, why);
        }
    }

    /// <summary>Judges the name under a key, where there is one that is not empty.</summary>
    public static void CheckKey(LocatedValue value, string key, RuleFindings findings)
    {
        if (value.TryFilled(key, out var at, out string name))
            Check(at, name, findings);
    }
}
