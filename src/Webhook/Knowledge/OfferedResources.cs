using MultiNet.Kubernetes;

namespace MultiNet.Webhook.Knowledge;

/// <summary>The resources of devices that nodes offer. Thread-safe.</summary>
internal sealed class OfferedResources
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string[]> _byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);

    /// <summary>A node with nothing but the resources of devices of which it has any.</summary>
    public static Node Lean(Node node) => new()
    {
        Metadata = new ObjectMeta { Name = node.Metadata.Name, Uid = node.Metadata.Uid, ResourceVersion = node.Metadata.ResourceVersion },
        Status = new NodeStatus { Allocatable = node.Status.Allocatable.Where(pair => pair.Key.Contains('/') && pair.Value != "0").ToDictionary(StringComparer.Ordinal) },
    };

    /// <summary>Takes a change of a node.</summary>
    public void Take(WatchEvent<Node> change)
    {
        string name = change.Object.Metadata.Name;
        string[] offered = change.Type == WatchEventType.Deleted ? [] : [.. change.Object.Status.Allocatable.Keys];
        lock (_lock)
        {
            foreach (string resource in _byNode.GetValueOrDefault(name) ?? [])
            {
                if (--_nodes[resource] == 0)
                    _nodes.Remove(resource);
            }
            _byNode.Remove(name);
            if (offered.Length == 0)
                return;
            _byNode[name] = offered;
            foreach (string resource in offered)
                _nodes[resource] = _nodes.GetValueOrDefault(resource) + 1;
        }
    }

    /// <summary>Does a node offer it?</summary>
    public bool Has(string resource)
    {
        lock (_lock)
            return _nodes.ContainsKey(resource);
    }
}
