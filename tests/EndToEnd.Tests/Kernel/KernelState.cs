using System.Text;
using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Kernel;

/// <summary>
/// What a node and its pods hold at one moment, a line for each fact: links, addresses, routes, rules, sysctls, bridge ports and
/// VLANs, queueing disciplines and filters, nftables, iptables, and the files of plugins. Two of them can be compared, from two nodes too.
/// </summary>
internal sealed class KernelState
{
    // Indexes, handles and timers differ from run to run and mean nothing.
    private static readonly HashSet<string> Volatile =
    [
        "ifindex", "link_index", "link_netnsid", "handle", "hello_timer", "tcn_timer", "topology_change_timer", "gc_timer",
        "message_age_timer", "forward_delay_timer", "hold_timer", "tentative", "no", "id", "port_id", "designated_port", "topology_change",
        "bridge_id", "root_id", "designated_bridge", // made of a MAC, in a form of their own
    ];

    // Numbers and counts of actions.
    private static readonly HashSet<string> FilterVolatile = ["index", "ref", "bind"];

    private KernelState(IReadOnlyList<string> lines, StateTokens tokens)
    {
        Lines = lines;
        Tokens = tokens;
    }

    /// <summary>The facts, sorted.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>What stands for random names and MACs, for use on the plugins' results.</summary>
    public StateTokens Tokens { get; }

    /// <summary>Takes the state of a node and its pods.</summary>
    /// <param name="node">The node.</param>
    /// <param name="configured">Text with the MACs that were asked for: they are kept, others get a name.</param>
    public static async Task<KernelState> TakeAsync(NodeSandbox node, string configured = "")
    {
        var script = TestEnvironment.Script("snapshot.sh");
        var text = (await node.RunAsync(["sh", "-c", script, "host"], new Dictionary<string, string>
        {
            ["SCRIPT"] = script,
            ["PODS"] = string.Join(' ', node.Pods),
        })).MustSucceed("the snapshot").Output;

        var sections = text.Split("=== ", StringSplitOptions.RemoveEmptyEntries)
            .Select(s => s.Split('\n', 2))
            .SelectMany(s => Answers(s[0].Split(' ')[0], s[0].Split(' ')[1], s[1])).ToList();
        var tokens = new StateTokens(
            [.. sections.Where(s => s.Query == "link").Select(s => (s.Namespace, JsonNode.Parse(s.Answer)!.AsArray()))], configured);

        var lines = sections.SelectMany(s => Facts(s.Namespace, s.Query, s.Answer, tokens)).Concat(FileFacts(node))
            .Select(tokens.Replace).Order(StringComparer.Ordinal).ToList();
        return new KernelState(lines, tokens);
    }

    /// <summary>What the second state has more (+) and less (-) than the first, in lines; empty if nothing.</summary>
    public static string Difference(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in expected)
        {
            counts[line] = counts.GetValueOrDefault(line) - 1;
        }

        foreach (var line in actual)
        {
            counts[line] = counts.GetValueOrDefault(line) + 1;
        }

        var text = new StringBuilder();
        foreach (var (line, count) in counts.Where(c => c.Value != 0))
        {
            text.Append(count > 0 ? "+ " : "- ").AppendLine(line);
        }

        return text.ToString();
    }

    // Several queries of one process have an answer in a line each; those after one that failed have none.
    private static IEnumerable<(string Namespace, string Query, string Answer)> Answers(string ns, string queries, string text)
    {
        var names = queries.Split(',');
        if (names.Length == 1)
        {
            return [(ns, queries, text)];
        }

        var answers = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return names.Select((name, i) => (ns, name, i < answers.Length ? answers[i] : "null"));
    }

    private static IEnumerable<string> Facts(string ns, string query, string answer, StateTokens tokens) => query switch
    {
        "link" => Items(answer).SelectMany(l => LinkFacts(ns, l, tokens)),
        "address" => Items(answer).SelectMany(l => AddressFacts(ns, l)),
        // The kernel's own link-local and multicast routes come when it pleases: duplicate address detection decides.
        "route" or "route6" => Items(answer)
            .Where(r => !IsLinkLocalOrMulticast(r["dst"]?.GetValue<string>()))
            .Select(r => $"{ns} route {CanonicalJson.Line(Stripped(WithoutCarrier(r)))}"),
        "rule" or "rule6" or "bridge-vlan" => Items(answer).Select(r => $"{ns} {query} {CanonicalJson.Line(Stripped(r))}"),
        "bridge-link" => Items(answer).SelectMany(l => CanonicalJson.Leaves(Stripped(l), $"{ns} {query} {l["ifname"]}")),
        // An interface may vanish while its parameters are read: then grep complains.
        "sysctl" => answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith("/proc/sys/", StringComparison.Ordinal)).Select(l => $"{ns} sysctl {l["/proc/sys/".Length..]}"),
        "qdisc" => Items(answer).Where(q => q["handle"]?.GetValue<string>() != "0:").Select(q => QdiscFact(ns, q)),
        _ when query.StartsWith("filter:", StringComparison.Ordinal) => FilterFacts(ns, query["filter:".Length..], answer),
        "iptables" or "ip6tables" => IptablesFacts(ns, query, answer),
        "nft" => NftFacts(ns, answer),
        _ => throw new ArgumentOutOfRangeException(nameof(query), query, "unknown section"),
    };

    private static IEnumerable<string> LinkFacts(string ns, JsonObject link, StateTokens tokens)
    {
        var name = link["ifname"]!.GetValue<string>();
        var owner = ns == "host" ? tokens.NameOf(name) : $"{ns}/{name}";
        if (link["address"]?.GetValue<string>() is { } mac)
        {
            link["address"] = tokens.OwnMac(mac, owner);
        }

        if (ns != "host" && link["link_index"] is { } peer)
        {
            link["peer"] = tokens.HostInterface(peer.GetValue<int>());
        }

        return CanonicalJson.Leaves(Stripped(link), $"{ns} link {name}");
    }

    private static IEnumerable<string> AddressFacts(string ns, JsonObject link) => (link["addr_info"]?.AsArray() ?? [])
        .Where(a => !IsLinkLocalOrMulticast(a!["local"]?.GetValue<string>()))
        .SelectMany(a => CanonicalJson.Leaves(Stripped(a!.AsObject()), $"{ns} address {link["ifname"]} {a!["local"]}/{a["prefixlen"]}"));

    // What the kernel puts on an interface by itself has no handle; it is not listed.
    private static string QdiscFact(string ns, JsonObject qdisc) =>
        $"{ns} qdisc {qdisc["dev"]} {qdisc["kind"]} {qdisc["handle"]} {qdisc["parent"] ?? "root"} {CanonicalJson.Line(qdisc["options"])}";

    private static IEnumerable<string> FilterFacts(string ns, string link, string answer) =>
        Items(answer).SelectMany((filter, i) =>
        {
            CanonicalJson.Drop(filter, FilterVolatile);
            return CanonicalJson.Leaves(filter, $"{ns} filter {link}[{i}]");
        });

    private static IEnumerable<string> IptablesFacts(string ns, string query, string answer)
    {
        var table = "";
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '*')
            {
                table = line[1..];
            }
            else if (line[0] == ':')
            {
                yield return $"{ns} {query} {table} {line.Split('[')[0].TrimEnd()}";
            }
            else if (line[0] == '-')
            {
                yield return $"{ns} {query} {table} {line}";
            }
        }
    }

    private static IEnumerable<string> NftFacts(string ns, string answer)
    {
        var positions = new Dictionary<string, int>();
        foreach (var entry in JsonNode.Parse(answer)?["nftables"]?.AsArray() ?? [])
        {
            var (kind, value) = entry!.AsObject().First();
            if (kind == "metainfo" || IsOfIptables(kind, value!))
            {
                continue;
            }

            var position = "";
            if (kind == "rule")
            {
                var chain = $"{value!["family"]} {value["table"]} {value["chain"]}";
                position = $" #{positions[chain] = positions.GetValueOrDefault(chain) + 1}";
            }

            yield return $"{ns} nft {kind}{position} {CanonicalJson.Line(Stripped(value!.AsObject()))}";
        }
    }

    // iptables keeps its rules in tables of nftables; iptables-save shows them in the form that matters.
    private static bool IsOfIptables(string kind, JsonNode value) =>
        value["family"]?.GetValue<string>() is "ip" or "ip6"
        && value[kind == "table" ? "name" : "table"]?.GetValue<string>() is "nat" or "filter" or "mangle" or "raw" or "security";

    private static IEnumerable<string> FileFacts(NodeSandbox node)
    {
        foreach (var folder in new[] { "/var/lib/cni", "/run" })
        {
            foreach (var file in node.Files(folder).Where(f => folder != "/run" || !IsOfTheNode(f)))
            {
                foreach (var fact in FileContent(node, $"{folder}/{file}"))
                {
                    yield return $"file {fact}";
                }
            }
        }
    }

    private static IEnumerable<string> FileContent(NodeSandbox node, string path)
    {
        if (new FileInfo(node.Outside(path)).LinkTarget is { } target)
        {
            return [$"{path} = link to {target}"];
        }

        // A daemon's socket has no content.
        if (path.EndsWith(".sock", StringComparison.Ordinal))
        {
            return [$"{path} is a socket"];
        }

        var text = node.Read(path);
        return text.StartsWith('{') && text.TrimEnd().EndsWith('}')
            ? CanonicalJson.Leaves(JsonNode.Parse(text), path)
            : [$"{path} = {text.ReplaceLineEndings("\\n")}"];
    }

    private static bool IsOfTheNode(string file) =>
        file.StartsWith(".node/", StringComparison.Ordinal) || file.StartsWith("containerd", StringComparison.Ordinal) || file.StartsWith("netns/", StringComparison.Ordinal)
        || file.StartsWith("mount/", StringComparison.Ordinal) || file.StartsWith("xtables.lock", StringComparison.Ordinal);

    private static bool IsLinkLocalOrMulticast(string? address) =>
        address is not null && (address.StartsWith("fe80:", StringComparison.Ordinal) || address.StartsWith("ff00:", StringComparison.Ordinal));

    // A bridge learns a moment later that it has got its first port or lost its last one.
    private static JsonObject WithoutCarrier(JsonObject route)
    {
        route["flags"] = new JsonArray([.. route["flags"]!.AsArray().Select(f => f!.GetValue<string>()).Where(f => f is not ("linkdown" or "dead")).Select(f => JsonValue.Create(f))]);
        return route;
    }

    private static JsonObject Stripped(JsonObject value)
    {
        CanonicalJson.Drop(value, Volatile);
        return value;
    }

    private static IEnumerable<JsonObject> Items(string answer) =>
        (JsonNode.Parse(answer)?.AsArray() ?? []).OfType<JsonObject>().Where(o => o.Count > 0);
}
