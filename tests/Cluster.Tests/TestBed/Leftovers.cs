using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>What pods have left on the node.</summary>
internal static class Leftovers
{
    private const string Journals = "/var/lib/cni/multinet/journal";

    /// <summary>The journals of a namespace's pods, and whatever of any network belongs to a container that has no journal.</summary>
    public static IReadOnlyList<string> Of(Node node, string @namespace)
    {
        var left = new List<string>();
        var containers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in node.Files(Journals))
        {
            string text;
            try
            {
                text = node.Read(file);
            }
            catch (IOException)
            {
                continue; // released while we looked
            }

            containers.Add(Path.GetFileName(file).Split('@')[0]);
            if (Says(text, @namespace))
            {
                left.Add(file);
            }
        }

        // host-local: a file for each address, with the container's id as its first line. Results: NETWORK-CONTAINER-IFNAME. Plugins' records:
        // CONTAINER@IFNAME.json.
        foreach (var file in node.Files("/var/lib/cni/networks").Where(f => char.IsAsciiHexDigit(Path.GetFileName(f)[0]) && !Path.GetFileName(f).StartsWith("last_", StringComparison.Ordinal)))
        {
            try
            {
                var owner = node.Read(file).Split('\n')[0].Trim();
                if (!containers.Contains(owner))
                {
                    left.Add($"{file} ({owner})");
                }
            }
            catch (IOException)
            {
                // Released while we looked.
            }
        }

        left.AddRange(node.Files("/run/cni/multinet").Where(f => f.EndsWith(".json", StringComparison.Ordinal) && !containers.Contains(Path.GetFileName(f).Split('@')[0])));
        left.AddRange(node.Files("/var/lib/cni/multus/results").Where(f => !containers.Any(c => f.Contains(c, StringComparison.Ordinal))));
        return left;
    }

    private static bool Says(string journal, string @namespace)
    {
        try
        {
            return JsonNode.Parse(journal)?["pod"]?["namespace"]?.GetValue<string>() == @namespace;
        }
        catch (System.Text.Json.JsonException)
        {
            return true; // an unreadable journal is nobody's, and left
        }
    }
}
