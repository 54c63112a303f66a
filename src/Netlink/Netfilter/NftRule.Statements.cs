using System.Net;
using System.Net.Sockets;

namespace MultiNet.Netlink.Netfilter;

/// <content>Statements: what is done with a packet.</content>
public sealed partial class NftRule
{
    /// <summary><c>accept</c>.</summary>
    public NftRule Accept() => With(new NftVerdict(NftVerdictCode.Accept, null));

    /// <summary><c>drop</c>.</summary>
    public NftRule Drop() => With(new NftVerdict(NftVerdictCode.Drop, null));

    /// <summary><c>return</c>: goes on behind the rule that jumped here.</summary>
    public NftRule Return() => With(new NftVerdict(NftVerdictCode.Return, null));

    /// <summary><c>jump</c> to a chain of the same table; comes back.</summary>
    public NftRule Jump(NftChain target) => With(new NftVerdict(NftVerdictCode.Jump, Target(target)));

    /// <summary><c>goto</c> a chain of the same table; does not come back.</summary>
    public NftRule Goto(NftChain target) => With(new NftVerdict(NftVerdictCode.Goto, Target(target)));

    /// <summary><c>masquerade</c>: gives packets the address of the interface they go out by.</summary>
    public NftRule Masquerade() => With(new NftMasquerade());

    /// <summary><c>dnat to</c>: sends packets to another address, and port where one is given.</summary>
    public NftRule DestinationNat(IPAddress address, ushort? port = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool is4 = address.AddressFamily == AddressFamily.InterNetwork;
        var family = is4 ? NftFamily.IPv4 : NftFamily.IPv6;
        var rule = With(new NftLoad(NftRegister.First, address.GetAddressBytes()));
        if (port is { } number)
            rule = rule.With(new NftLoad(NftRegister.Second, BigEndian(number)));
        return rule.With(new NftDestinationNat(family, port is not null));
    }

    /// <summary><c>meta mark set mark or VALUE</c> of the bits in a mask.</summary>
    public NftRule SetMark(uint bits) =>
        With(
            new NftMeta(NftMetaKey.Mark),
            new NftBitwise(BitConverter.GetBytes(~bits), BitConverter.GetBytes(bits)),
            new NftSetMark());

    private string Target(NftChain target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Table.Name == Chain.Table.Name && target.Table.Family == Chain.Table.Family
            ? target.Name
            : throw new ArgumentException($"a rule of table {Chain.Table} cannot lead to chain {target}", nameof(target));
    }
}
