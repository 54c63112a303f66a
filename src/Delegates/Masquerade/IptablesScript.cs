using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Masquerade;

/// <summary>
/// Input for <c>iptables-restore --noflush</c>: a transaction on the nat table. The rules are those of the reference plugins.
/// </summary>
internal sealed class IptablesScript
{
    private readonly StringBuilder _text = new("*nat\n");
    private bool _empty = true;

    /// <summary>Is there nothing to do?</summary>
    public bool IsEmpty => _empty;

    /// <summary>Makes a chain; the whole transaction fails where it exists.</summary>
    public IptablesScript NewChain(string chain) => Add($"-N {chain}");

    /// <summary>Empties and removes a chain.</summary>
    public IptablesScript DeleteChain(string chain) => Add($"-F {chain}").Add($"-X {chain}");

    /// <summary>Deletes a rule that was read.</summary>
    public IptablesScript Delete(NatRule rule) => Add(rule.DeleteCommand);

    /// <summary>Deletes the rule that sends packets from one address into the chain.</summary>
    public IptablesScript DeleteJump(MasqueradeNames names, IPPrefix address) => Add(Jump("-D", names, address));

    /// <summary>Sends packets from one address into the chain.</summary>
    public IptablesScript AddJump(MasqueradeNames names, IPPrefix address) => Add(Jump("-A", names, address));

    /// <summary>Leaves packets alone that stay within the container's own network.</summary>
    public IptablesScript AddAccept(MasqueradeNames names, IPPrefix network) =>
        Add($"-A {names.Chain} -d {network}{Comment(names)} -j ACCEPT");

    /// <summary>Gives packets to elsewhere the host's address; multicast stays, so that containers of one network hear each other.</summary>
    public IptablesScript AddMasquerade(MasqueradeNames names, bool ipv4) =>
        Add($"-A {names.Chain} ! -d {Multicast(ipv4)}{Comment(names)} -j MASQUERADE");

    /// <summary>The text.</summary>
    public override string ToString() => _text + "COMMIT\n";

    private static string Multicast(bool ipv4) => ipv4 ? "224.0.0.0/4" : "ff00::/8";

    private static string Jump(string command, MasqueradeNames names, IPPrefix address) =>
        $"{command} {NatTable.Postrouting} -s {NatTable.SourceOf(address)}{Comment(names)} -j {names.Chain}";

    private static string Comment(MasqueradeNames names) =>
        $" -m comment --comment \"{names.IptablesComment.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private IptablesScript Add(string command)
    {
        _empty = false;
        _text.Append(command).Append('\n');
        return this;
    }
}
