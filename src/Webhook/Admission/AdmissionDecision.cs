using MultiNet.Validation;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Admission;

/// <summary>What is answered to a request.</summary>
internal sealed record AdmissionDecision
{
    /// <summary>Nothing here has anything to say about the request.</summary>
    public static AdmissionDecision Untouched { get; } = new();

    /// <summary>What refuses the object; empty where it may pass.</summary>
    public IReadOnlyList<Finding> Errors { get; init; } = [];

    /// <summary>What does not.</summary>
    public IReadOnlyList<Finding> Warnings { get; init; } = [];

    /// <summary>Why rules were not applied, one line each.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Why no error refuses: <c>namespace-terminating</c>, or <c>template</c> for a workload, whose pods are judged; empty where errors do.</summary>
    public string Relaxed { get; init; } = "";

    /// <summary>What the object is changed by.</summary>
    public IReadOnlyList<PatchOperation> Patch { get; init; } = [];

    /// <summary>May it pass?</summary>
    public bool IsAllowed => Errors.Count == 0;

    /// <summary>Is a boundary crossed? Then it is forbidden, not invalid.</summary>
    public bool IsForbidden
    {
        get
        {
            foreach (var error in Errors)
            {
                if (error.Rule is "MN-POD-024" or "MN-POD-025" or "MN-NAD-012")
                    return true;
            }
            return false;
        }
    }

    /// <summary>The decision in a word, for the audit log: <c>allowed</c>, <c>warned</c>, <c>denied</c>, <c>mutated</c>.</summary>
    public string Word => !IsAllowed ? "denied" : Patch.Count > 0 ? "mutated" : Warnings.Count > 0 ? "warned" : "allowed";

    /// <summary>The ids of the rules that found something, errors first, each once.</summary>
    public IReadOnlyList<string> Rules()
    {
        var rules = new List<string>();
        foreach (var list in (IReadOnlyList<Finding>[])[Errors, Warnings])
        {
            foreach (var finding in list)
            {
                if (!rules.Contains(finding.Rule))
                    rules.Add(finding.Rule);
            }
        }
        return rules;
    }
}
