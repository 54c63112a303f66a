using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Tests.Iptables;

namespace MultiNet.Delegates.Tests.Masquerade;

/// <summary>Both kinds of iptables: the tools over nftables and the legacy ones.</summary>
public sealed class IptablesMasqueradeTests : IDisposable
{
    private static readonly MasqueradeNames s_names = new("net", "c1", "eth0");
    private static readonly IPPrefix s_ipv4 = Parse("10.1.2.5/24");
    private static readonly IPPrefix s_ipv6 = Parse("fd00:1::5/64");

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    public static TheoryData<string> Kinds => ["nft", "legacy"];

    private static IPPrefix Parse(string text)
    {
        Assert.True(IPPrefix.TryParse(text, out var prefix));
        return prefix;
    }

    private string Save(string kind, string family = "iptables") =>
        string.Join('\n', _node.OnHost($"{family}-{kind}-save", "-t nat").Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal) || line.StartsWith(":CNI", StringComparison.Ordinal)));

    private void OnHost(string kind, Action<IptablesMasquerade> action)
    {
        var masquerade = new IptablesMasquerade(IptablesFolder.Of(_node, kind));
        _node.Host.Run(() => action(masquerade));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_GetsTheReferencesRules(string kind)
    {
        OnHost(kind, m => m.SetUp(s_names, [s_ipv4, s_ipv6]));
        string chain = s_names.Chain;
        const string comment = "-m comment --comment \"name: \\\"net\\\" id: \\\"c1\\\"\"";
        Assert.Equal(
            $"""
            :{chain} - [0:0]
            -A POSTROUTING -s 10.1.2.5/32 {comment} -j {chain}
            -A {chain} -d 10.1.2.0/24 {comment} -j ACCEPT
            -A {chain} ! -d 224.0.0.0/4 {comment} -j MASQUERADE
            """, Save(kind));
        Assert.Equal(
            $"""
            :{chain} - [0:0]
            -A POSTROUTING -s fd00:1::5/128 {comment} -j {chain}
            -A {chain} -d fd00:1::/64 {comment} -j ACCEPT
            -A {chain} ! -d ff00::/8 {comment} -j MASQUERADE
            """, Save(kind, "ip6tables"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_IsAsBefore_AfterTearDown(string kind)
    {
        OnHost(kind, m =>
        {
            m.SetUp(s_names, [s_ipv4, s_ipv6]);
            m.TearDown(s_names, [s_ipv4, s_ipv6], _ => false);
            m.TearDown(s_names, [s_ipv4, s_ipv6], _ => false);
        });
        Assert.Equal("", Save(kind) + Save(kind, "ip6tables"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_IsTornDown_WithoutKnowingTheAddresses(string kind)
    {
        OnHost(kind, m =>
        {
            m.SetUp(s_names, [s_ipv4, s_ipv6]);
            m.TearDown(s_names, [], _ => false);
        });
        Assert.Equal("", Save(kind) + Save(kind, "ip6tables"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_IsTornDown_WhenHalfOfItIsGone(string kind)
    {
        OnHost(kind, m => m.SetUp(s_names, [s_ipv4]));
        _node.OnHost($"iptables-{kind}", "-t nat -F POSTROUTING");
        OnHost(kind, m => m.TearDown(s_names, [s_ipv4], _ => false));
        Assert.Equal("", Save(kind));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_MayBeSetUpTwice(string kind)
    {
        OnHost(kind, m => m.SetUp(s_names, [s_ipv4]));
        string once = Save(kind);
        OnHost(kind, m => m.SetUp(s_names, [s_ipv4]));
        Assert.Equal(once, Save(kind));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_AcceptsEverySubnet_BeforeItMasquerades(string kind)
    {
        var second = Parse("10.9.0.7/16");
        OnHost(kind, m =>
        {
            m.SetUp(s_names, [s_ipv4]);
            m.SetUp(s_names, [second]);
        });
        string saved = Save(kind);
        Assert.True(saved.IndexOf("-d 10.9.0.0/16", StringComparison.Ordinal) < saved.IndexOf("MASQUERADE", StringComparison.Ordinal), saved);
        Assert.Equal(2, saved.Split("MASQUERADE").Length);
    }

    [Theory]
    [InlineData("nft", true)]
    [InlineData("nft", false)]
    [InlineData("legacy", true)]
    [InlineData("legacy", false)]
    public void Iptables_KeepsTheOtherAttachment_OfTheSameContainerAndNetwork(string kind, bool addressesKnown)
    {
        // The chain's name holds no interface: both attachments share it.
        var other = Parse("10.1.2.6/24");
        OnHost(kind, m =>
        {
            m.SetUp(s_names, [s_ipv4]);
            m.SetUp(new MasqueradeNames("net", "c1", "net1"), [other]);
            m.TearDown(s_names, addressesKnown ? [s_ipv4] : [], address => address.Equals(IPAddress.Parse("10.1.2.6")));
        });
        string saved = Save(kind);
        Assert.DoesNotContain("10.1.2.5/32", saved);
        Assert.Contains("10.1.2.6/32", saved);
        Assert.Contains("MASQUERADE", saved);
        OnHost(kind, m => m.TearDown(s_names, [other], _ => false));
        Assert.Equal("", Save(kind));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Iptables_LosesOnlyThisNetworksStaleChains_ByGarbageCollection(string kind)
    {
        string valid = new MasqueradeNames("net", "valid", "eth0").Chain, foreign = new MasqueradeNames("other", "stale", "eth0").Chain;
        OnHost(kind, m =>
        {
            m.SetUp(new MasqueradeNames("net", "stale", "eth0"), [s_ipv4, s_ipv6]);
            m.SetUp(new MasqueradeNames("net", "valid", "eth0"), [Parse("10.1.2.6/24")]);
            m.SetUp(new MasqueradeNames("other", "stale", "eth0"), [Parse("10.1.2.7/24")]);
        });
        _node.OnHost($"iptables-{kind}", "-t nat -N CNI-mine");
        _node.OnHost($"iptables-{kind}", "-t nat -A CNI-mine -m comment --comment \"name: \\\"net\\\" id: \\\"stale\\\"\" -j ACCEPT");
        OnHost(kind, m => m.CollectGarbage("net", new HashSet<string> { "valid" }));
        string saved = Save(kind);
        Assert.DoesNotContain("10.1.2.5/32", saved);
        Assert.DoesNotContain(new MasqueradeNames("net", "stale", "eth0").Chain, saved);
        Assert.Contains($":{valid} ", saved);
        Assert.Contains($":{foreign} ", saved);
        Assert.Contains(":CNI-mine ", saved);
        Assert.Equal("", Save(kind, "ip6tables"));
    }

    [Fact]
    public void Iptables_SaysWhatFailed_WhenTheToolFails()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_node.Folder, "broken")).FullName;
        foreach (string tool in (string[])["iptables-restore", "iptables-save"])
        {
            File.WriteAllText(Path.Combine(folder, tool), "#!/bin/sh\necho 'the kernel says no' >&2\nexit 3\n");
            File.SetUnixFileMode(Path.Combine(folder, tool), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var error = Assert.Throws<CniException>(() => _node.Host.Run(() => new IptablesMasquerade(folder).SetUp(s_names, [s_ipv4])));
        Assert.Contains("failed with exit code 3: the kernel says no", error.Message);
    }

    [Fact]
    public void Iptables_IsNotInstalled_WhereThePathIsEmpty()
    {
        var masquerade = new IptablesMasquerade(_node.Folder);
        Assert.False(masquerade.IsInstalled);
        Assert.Contains("is not installed", Assert.Throws<CniException>(() => masquerade.SetUp(s_names, [s_ipv4])).Message);
        masquerade.TearDown(s_names, [s_ipv4], _ => false);
    }
}
