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
            int distance = name.Length > 2 && candidate.StartsWith(name, StringComparison.Ordinal) ? 1 : Distance(name, candidate);
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }
        return nearest.Length == 0 ? "" : $"; did you mean {nearest}?";
    }

    // Levenshtein, two rows.
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 20)
            return int.MaxValue;
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
