namespace MultiNet.Networks;

/// <summary>Finds what a misspelt key was meant to be.</summary>
public static class EditDistance
{
    private const int MaxLength = 32;

    /// <summary>The candidate nearest to <paramref name="word"/>, at most two edits away, case and separators aside; or null.</summary>
    public static string? Nearest(string word, ReadOnlySpan<string> candidates)
    {
        if (word.Length is < 2 or > MaxLength)
            return null;
        string? nearest = null;
        int best = 3;
        foreach (string candidate in candidates)
        {
            int distance = Between(Plain(word), Plain(candidate));
            // Two edits make any two short words alike.
            if (distance < best && distance < Math.Max(candidate.Length, word.Length) / 2.0)
            {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static string Plain(string word) => word.Replace("-", "").Replace("_", "").ToLowerInvariant();

    /// <summary>The Levenshtein distance: how many letters must be added, removed or replaced.</summary>
    public static int Between(string left, string right)
    {
        Span<int> row = right.Length < 64 ? stackalloc int[64] : new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
            row[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[right.Length];
    }
}
