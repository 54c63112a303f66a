namespace MultiNet.Validation;

/// <summary>The pods that use a network, for messages and to count them.</summary>
internal sealed class PodNames
{
    private const int MostNamed = 5;

    private readonly List<string> _named = [];
    private readonly HashSet<(string, string)> _pods = [];

    /// <summary>How many they are.</summary>
    public int Count => _pods.Count;

    /// <summary>The pods that hold an attachment.</summary>
    public static PodNames Of(IEnumerable<HeldAttachment> attachments)
    {
        var names = new PodNames();
        foreach (var held in attachments)
        {
            if (names._pods.Add((held.Namespace, held.Pod)) && names._named.Count < MostNamed)
                names._named.Add($"{held.Namespace}/{held.Pod}");
        }
        return names;
    }

    /// <summary><c>2 pods (default/a, default/b) use the network</c>.</summary>
    public string UseTheNetwork => $"{this} {(Count == 1 ? "uses" : "use")} the network";

    /// <summary><c>2 pods (default/a, default/b)</c>, the first five by name.</summary>
    public override string ToString() =>
        $"{Count} {(Count == 1 ? "pod" : "pods")} ({string.Join(", ", _named)}{(Count > _named.Count ? $" and {Count - _named.Count} more" : "")})";
}
