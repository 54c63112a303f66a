using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>All problems of one input in one.</summary>
public static class ProblemSummary
{
    // An error of a plugin ends up in a Kubernetes event of 1024 bytes and in logs: more than this helps nobody.
    private const int MaxListed = 20;

    /// <summary>Is the input refused?</summary>
    public static bool HasErrors(this IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
        {
            if (problem.IsError)
                return true;
        }
        return false;
    }

    /// <summary>
    /// The error object for all errors among <paramref name="problems"/>: its message names the first, its details list every one.
    /// Warnings are left out.
    /// </summary>
    /// <param name="problems">The problems, of which at least one is an error.</param>
    /// <param name="subject">What they are about: <c>pod default/web: annotation k8s.v1.cni.cncf.io/networks</c>.</param>
    /// <param name="code">The specification's code.</param>
    public static CniException ToCniException(
        this IReadOnlyList<Problem> problems, string subject, CniErrorCode code = CniErrorCode.InvalidNetworkConfig)
    {
        var errors = new List<Problem>(problems.Count);
        foreach (var problem in problems)
        {
            if (problem.IsError)
                errors.Add(problem);
        }
        if (errors.Count == 0)
            throw new ArgumentException("there is no error among the problems", nameof(problems));
        if (errors.Count == 1)
            return new CniException(code, $"{subject}: {errors[0]}");

        var details = new StringBuilder();
        for (int i = 0; i < errors.Count && i < MaxListed; i++)
            details.Append(i == 0 ? "" : "; ").Append(i + 1).Append(") ").Append(errors[i]);
        if (errors.Count > MaxListed)
            details.Append("; and ").Append(errors.Count - MaxListed).Append(" more");
        return new CniException(code, $"{subject}: {errors.Count} errors, the first: {errors[0]}", details.ToString());
    }
}
