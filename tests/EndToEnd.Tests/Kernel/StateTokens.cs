using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MultiNet.EndToEnd.Tests.Kernel;

/// <summary>
/// Names for what differs from run to run though nothing of substance does: the random names of the veth ends in the node and the
/// random MACs. Each is named after what it belongs to. MACs that the configuration asks for are kept as they are.
/// </summary>
internal sealed partial class StateTokens
{
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, string> _macs = [];
    private readonly Dictionary<(string Namespace, int Index), string> _byIndex = [];
    private readonly string _fixed;

    /// <param name="links">The <c>ip -json -details link</c> of each namespace.</param>
    /// <param name="configured">The text in which a MAC that must not be replaced occurs (configuration, arguments).</param>
    public StateTokens(IReadOnlyList<(string Namespace, JsonArray Links)> links, string configured)
    {
        _fixed = configured.ToLowerInvariant();
        var host = links.First(l => l.Namespace == "host").Links;
        foreach (var (pod, podLinks) in links.Where(l => l.Namespace != "host"))
        {
            foreach (var link in podLinks)
            {
                // A veth knows its peer by index only, and the node's indexes are unique.
                var peer = host.FirstOrDefault(h => link!["link_index"] is { } index && Kind(h!) == "veth" && Index(h!) == index.GetValue<int>());
                if (peer is not null)
                {
                    _names[Name(peer)] = $"<veth of {pod}/{Name(link!)}>";
                }
            }
        }

        // A pair with both ends in the node, one of which has a name that was chosen: the gateway of a bridge's VLAN and its port.
        foreach (var link in host.Where(l => Kind(l!) == "veth" && VethName().IsMatch(Name(l!))))
        {
            if (link!["link"]?.GetValue<string>() is { } peer && !VethName().IsMatch(peer))
            {
                _names.TryAdd(Name(link), $"<other end of {peer}>");
            }
        }

        foreach (var (ns, nsLinks) in links.OrderBy(l => l.Namespace == "host"))
        {
            foreach (var link in nsLinks.OrderBy(l => Kind(l!) == "bridge"))
            {
                _byIndex[(ns, Index(link!))] = ns == "host" ? NameOf(Name(link!)) : $"{ns}/{Name(link!)}";
                if (link!["address"]?.GetValue<string>() is { Length: 17 } mac and not "00:00:00:00:00:00")
                {
                    _macs.TryAdd(mac, $"<mac of {_byIndex[(ns, Index(link))]}>");
                }
            }
        }
    }

    /// <summary>The name of an interface of the node, or what stands for it.</summary>
    public string NameOf(string name) => _names.GetValueOrDefault(name, name);

    /// <summary>The interface with an index of the node, or the index if there is none.</summary>
    public string HostInterface(int index) => _byIndex.GetValueOrDefault(("host", index), $"<interface {index}>");

    /// <summary>The text with every random name and MAC replaced.</summary>
    public string Replace(string text) => VethName().Replace(
        Mac().Replace(text, m => IsFixed(m.Value) || IsNobodys(m.Value) ? m.Value : _macs.GetValueOrDefault(m.Value.ToLowerInvariant(), "<former mac>")),
        m => NameOf(m.Value));

    /// <summary>What stands for the MAC of an interface that is its own, not that of one of its ports.</summary>
    public string OwnMac(string mac, string owner) => mac == "00:00:00:00:00:00" || IsFixed(mac) ? mac : $"<mac of {owner}>";

    private bool IsFixed(string mac) => _fixed.Contains(mac.ToLowerInvariant(), StringComparison.Ordinal);

    private static bool IsNobodys(string mac) =>
        mac is "00:00:00:00:00:00" or "ff:ff:ff:ff:ff:ff" || mac.StartsWith("33:33:", StringComparison.Ordinal) || mac.StartsWith("01:", StringComparison.Ordinal);

    private static string Name(JsonNode link) => link["ifname"]!.GetValue<string>();

    private static int Index(JsonNode link) => link["ifindex"]!.GetValue<int>();

    private static string? Kind(JsonNode link) => link["linkinfo"]?["info_kind"]?.GetValue<string>();

    [GeneratedRegex(@"\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b")]
    private static partial Regex Mac();

    [GeneratedRegex(@"\b[a-z]+[0-9a-f]{6,12}\b")]
    private static partial Regex VethName();
}
