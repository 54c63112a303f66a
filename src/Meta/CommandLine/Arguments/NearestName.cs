using MultiNet.Networks;

namespace MultiNet.Meta.CommandLine.Arguments;

/// <summary>Finds the name that was most likely meant.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean X?</c>, or empty where nothing is near.</summary>
    public static string Hint(string name, IReadOnlyList<string> known)
    {
        string nearest = "";
        // One slip of three letters; in a name of one or two letters everything is near everything.
        int least = (name.TrimStart('-').Length + 2) / 3;
        least = name.TrimStart('-').Length < 3 ? 0 : least + 1;
        foreach (string candidate in known)
        {
            // An unfinished name is near, however much is missing.
            int distance = name.Length > 2 && candidate.StartsWith(name, StringComparison.Ordinal) ? 1 : EditDistance.Between(name, candidate);
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }
        return nearest.Length == 0 ? "" : $"; did you mean {nearest}?";
    }
}
