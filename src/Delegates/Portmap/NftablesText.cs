using System.Net.Sockets;
using System.Text;
using MultiNet.Cni;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// Changes as input for <c>nft -f</c>: conditions are free text in the language of that tool, and only it can read them.
/// </summary>
internal sealed class NftablesText
{
    private readonly StringBuilder _text = new();

    /// <summary>Makes a table; one that is there stays.</summary>
    public void AddTable(NftTable table) => Line($"add table {table} {{ comment \"{table.Comment}\" ; }}");

    /// <summary>Makes a chain; one that is there stays.</summary>
    public void AddChain(NftChain chain) => Line(
        chain.Base is { } entry
            ? $"add chain {chain} {{ type {entry.Type} hook {HookName(entry.Hook)} priority {entry.Priority} ; }}"
            : $"add chain {chain}");

    /// <summary>Deletes the rules of a chain.</summary>
    public void FlushChain(NftChain chain) => Line($"flush chain {chain}");

    /// <summary>Deletes a rule.</summary>
    public void DeleteRule(NftListedRule rule) => Line($"delete rule {rule.Chain} handle {rule.Handle}");

    /// <summary>Adds a rule.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="rule">What it matches and does.</param>
    /// <param name="first">As the first rule of its chain; else as the last.</param>
    /// <param name="conditions">What else it matches.</param>
    /// <param name="comment">Its comment, or null.</param>
    public void AddRule(NftChain chain, NftRuleContent rule, bool first = false, IReadOnlyList<string>? conditions = null, string? comment = null)
    {
        _text.Append(first ? "insert rule " : "add rule ").Append(chain);
        foreach (string condition in conditions ?? [])
            _text.Append(' ').Append(Checked(condition));
        string ip = chain.Table.Family == NftFamily.IPv4 ? "ip" : "ip6";
        if (rule.ToThisHost)
            _text.Append(" fib daddr type local");
        if (rule.DestinationRewritten)
            _text.Append(" ct status dnat");
        if (rule.Source is { } source)
            _text.Append($" {ip} saddr {IPText.Format(source)}");
        if (rule.Destination is { } destination)
            _text.Append($" {ip} daddr {IPText.Format(destination)}");
        if (rule.DestinationPort is { } port)
            _text.Append($" {ProtocolName(rule.Protocol)} dport {port}");
        if (rule.NewDestination is { } to)
            _text.Append($" dnat to {(to.AddressFamily == AddressFamily.InterNetwork ? IPText.Format(to.Address) : $"[{IPText.Format(to.Address)}]")}:{to.Port}");
        if (rule.Masquerades)
            _text.Append(" masquerade");
        if (rule.Jump is { } jump)
            _text.Append($" jump {jump}");
        if (comment is not null)
            _text.Append($" comment \"{comment}\"");
        _text.Append('\n');
    }

    /// <summary>The text.</summary>
    public override string ToString() => _text.ToString();

    // A condition is a part of one rule. With one of these characters it could end the rule, or swallow the rest of it.
    private static string Checked(string condition)
    {
        int quotes = 0;
        foreach (char c in condition)
        {
            if (c == '"')
                quotes++;
            if (char.IsControl(c) || c is ';' or '#' or '\\')
                throw Refused(condition, "It must not hold a line break or another control character, a semicolon, '#' or '\\': it is a part of one rule.");
        }
        return quotes % 2 == 0 ? condition : throw Refused(condition, "A quote is not closed.");
    }

    private static CniException Refused(string condition, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, $"\"{Printable(condition)}\" cannot be a condition of nftables rules", details);

    private static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (char c in text)
            printable.Append(char.IsControl(c) ? '?' : c);
        return printable.ToString();
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string ProtocolName(byte protocol) => protocol switch
    {
        (byte)ProtocolType.Tcp => "tcp",
        (byte)ProtocolType.Udp => "udp",
        _ => "sctp",
    };

    private static string HookName(NftHook hook) => hook switch
    {
        NftHook.Prerouting => "prerouting",
        NftHook.Output => "output",
        _ => "postrouting",
    };
}
