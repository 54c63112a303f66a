using System.Text;
using MultiNet.Cni;

namespace MultiNet.Meta.Detaching;

/// <summary>Several failures as one error.</summary>
internal static class Failures
{
    /// <summary>One error with the first failure's code and message; the others are in the details.</summary>
    public static CniException Combine(string what, IReadOnlyList<CniException> failures)
    {
        if (failures.Count == 1)
            return new CniException(failures[0].Code, $"{what}: {failures[0].Message}", failures[0].Details, failures[0]);
        var details = new StringBuilder();
        for (int i = 0; i < failures.Count; i++)
            details.Append(i == 0 ? "" : "; ").Append($"({i + 1}) {failures[i].Text}");
        return new CniException(failures[0].Code, $"{what}: {failures[0].Message} (and {failures.Count - 1} more)", details.ToString(), failures[0]);
    }
}
