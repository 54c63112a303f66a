using System.Net;
using System.Net.Sockets;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Netlink.Tests.Netfilter;

public class NftTests
{
    private static readonly NftTable s_masquerade = new(NftFamily.Inet, "cni_plugins_masquerade") { Comment = "Masquerading for plugins" };
    private static readonly NftChain s_checks = new(s_masquerade, "masq_checks");
    private static readonly NftChain s_postrouting = new(s_masquerade, "postrouting")
    {
        Base = new NftBaseChain("nat", NftHook.Postrouting, 100),
    };

    [Fact]
    public void Commit_MakesTheMasqueradeRules_AsTheToolDoes()
    {
        AssertSame(
            new NftBatch()
                .AddTable(s_masquerade)
                .AddChain(s_checks)
                .AddChain(s_postrouting)
                .AddRule(Masquerade("10.1.0.2", "10.1.0.0/16").WithComment("8f3-a1, net: n, if: eth0, id: c"))
                .AddRule(Masquerade("10.1.0.2", "10.1.4.0/22"))
                .AddRule(Masquerade("10.1.0.2", "10.1.4.4/32"))
                .AddRule(Masquerade("fd00::2", "fd00::/64").WithComment(new string('x', 128)))
                .AddRule(Masquerade("fd00::2", "fd00::/61"))
                .AddRule(new NftRule(s_postrouting).MatchDestination(IPNetwork.Parse("224.0.0.0/4")).Return())
                .AddRule(new NftRule(s_postrouting).MatchDestination(IPNetwork.Parse("ff00::/8")).Return())
                .AddRule(new NftRule(s_postrouting).Goto(s_checks)),
            $$"""
            table inet cni_plugins_masquerade {
                comment "Masquerading for plugins"
                chain masq_checks {
                    ip saddr == 10.1.0.2 ip daddr != 10.1.0.0/16 masquerade comment "8f3-a1, net: n, if: eth0, id: c"
                    ip saddr == 10.1.0.2 ip daddr != 10.1.4.0/22 masquerade
                    ip saddr == 10.1.0.2 ip daddr != 10.1.4.4 masquerade
                    ip6 saddr == fd00::2 ip6 daddr != fd00::/64 masquerade comment "{{new string('x', 128)}}"
                    ip6 saddr == fd00::2 ip6 daddr != fd00::/61 masquerade
                }
                chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    ip daddr == 224.0.0.0/4 return
                    ip6 daddr == ff00::/8 return
                    goto masq_checks
                }
            }
            """);
    }

    [Fact]
    public void Commit_MakesTheSpoofCheckRules_AsTheToolDoes()
    {
        var table = new NftTable(NftFamily.Bridge, "nat");
        var prerouting = new NftChain(table, "PREROUTING") { Base = new NftBaseChain("filter", NftHook.Prerouting, -300) };
        var iface = new NftChain(table, "cni-br-iface-c-eth0");
        var mac = new NftChain(table, "cni-br-iface-c-eth0-mac");
        AssertSame(
            new NftBatch()
                .AddTable(table)
                .AddChain(prerouting)
                .AddChain(iface)
                .AddChain(mac)
                .AddRule(new NftRule(prerouting).MatchInInterface("veth12345678").Jump(iface).WithComment("macspoofchk-c-eth0"))
                .AddRule(new NftRule(iface).Jump(mac).WithComment("macspoofchk-c-eth0"))
                .AddRule(new NftRule(mac).MatchEtherSource(MacAddress.Parse("0a:58:0a:01:02:03")).Return())
                .AddRule(new NftRule(mac).MatchSource(IPAddress.Parse("10.1.2.3")).Accept())
                .AddRule(new NftRule(mac).MatchSource(IPAddress.Parse("fd00::1")).Accept())
                .AddRule(new NftRule(mac).Drop()),
            """
            table bridge nat {
                chain PREROUTING {
                    type filter hook prerouting priority -300; policy accept;
                    meta iifname "veth12345678" jump cni-br-iface-c-eth0 comment "macspoofchk-c-eth0"
                }
                chain cni-br-iface-c-eth0 { jump cni-br-iface-c-eth0-mac comment "macspoofchk-c-eth0"; }
                chain cni-br-iface-c-eth0-mac {
                    ether saddr 0a:58:0a:01:02:03 return
                    ip saddr 10.1.2.3 accept
                    ip6 saddr fd00::1 accept
                    drop
                }
            }
            """);
    }

    [Fact]
    public void Commit_MakesPortMappingRules_AsTheToolDoes()
    {
        var table = new NftTable(NftFamily.IPv4, "cni_hostport") { Comment = "CNI portmap plugin" };
        var table6 = new NftTable(NftFamily.IPv6, "cni_hostport");
        var ports = new NftChain(table, "hostports");
        var ports6 = new NftChain(table6, "hostports");
        var prerouting = new NftChain(table, "prerouting") { Base = new NftBaseChain("nat", NftHook.Prerouting, -100) };
        var output = new NftChain(table, "output") { Base = new NftBaseChain("nat", NftHook.Output, -100) };
        AssertSame(
            new NftBatch()
                .AddTable(table)
                .AddTable(table6)
                .AddChain(ports)
                .AddChain(ports6)
                .AddChain(prerouting)
                .AddChain(output)
                .AddRule(new NftRule(prerouting).MatchLocalDestination().Jump(ports))
                .AddRule(new NftRule(output).MatchOutInterface("lo", negate: true).MatchMark(0x2000, 0x2000).SetMark(0x4000).Jump(ports))
                .AddRule(new NftRule(ports)
                    .MatchDestination(IPAddress.Parse("192.0.2.1"))
                    .MatchDestinationPort(ProtocolType.Tcp, 8080)
                    .DestinationNat(IPAddress.Parse("10.1.2.3"), 80)
                    .WithComment("container"))
                .AddRule(new NftRule(ports).MatchDestinationPort(ProtocolType.Udp, 53).DestinationNat(IPAddress.Parse("10.1.2.3")))
                .AddRule(new NftRule(ports).MatchProtocol(ProtocolType.Tcp).Accept())
                .AddRule(new NftRule(ports6)
                    .MatchDestinationPort((ProtocolType)132, 8080)
                    .DestinationNat(IPAddress.Parse("fd00::3"), 80)),
            """
            table ip cni_hostport {
                comment "CNI portmap plugin"
                chain hostports {
                    ip daddr 192.0.2.1 tcp dport 8080 dnat to 10.1.2.3:80 comment "container"
                    udp dport 53 dnat to 10.1.2.3
                    meta l4proto tcp accept
                }
                chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local jump hostports; }
                chain output {
                    type nat hook output priority -100;
                    oifname != "lo" meta mark and 0x2000 == 0x2000 meta mark set mark or 0x4000 jump hostports
                }
            }
            table ip6 cni_hostport {
                chain hostports { sctp dport 8080 dnat to [fd00::3]:80; }
            }
            """);
    }

    [Fact]
    public void Commit_ChangesNothing_WhenOneChangeFails_AndSaysWhich()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        var missing = new NftChain(s_masquerade, "missing");
        var exception = Assert.Throws<NetlinkException>(() => socket.Commit(
            new NftBatch().AddTable(s_masquerade).AddChain(s_checks).FlushChain(missing).AddRule(new NftRule(s_checks).Drop())));
        Assert.Equal("flush chain inet cni_plugins_masquerade missing", exception.Operation);
        Assert.True(exception.IsNotFound);
        Assert.Equal("", host.Exec("nft", "list ruleset"));
        socket.Commit(new NftBatch().AddTable(s_masquerade));
        Assert.Equal(s_masquerade, Assert.Single(socket.TableList()));
    }

    [Fact]
    public void Commit_SaysThatAChainIsBusy()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        socket.Commit(Basics().AddRule(new NftRule(s_postrouting).Jump(s_checks)));
        var exception = Assert.Throws<NetlinkException>(() => socket.Commit(new NftBatch().DeleteChain(s_checks)));
        Assert.Equal(("EBUSY", "delete chain inet cni_plugins_masquerade masq_checks"), (exception.ErrnoName, exception.Operation));
    }

    [Fact]
    public void Commit_MayBeRepeated_AndLeavesTablesAndChainsThatAreThere()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        var batch = Basics().FlushChain(s_postrouting).AddRule(new NftRule(s_postrouting).Goto(s_checks));
        socket.Commit(batch);
        socket.Commit(batch);
        Assert.Single(socket.RuleList(s_postrouting));
        Assert.Equal([s_checks.Name, s_postrouting.Name], socket.ChainList(s_masquerade).Select(chain => chain.Name).Order());
        Assert.Equal(s_postrouting.Base, socket.ChainList(s_masquerade).Single(chain => chain.Base is not null).Base);
        var other = s_postrouting with { Base = new NftBaseChain("nat", NftHook.Postrouting, 101) };
        // EEXIST before kernel 6.4.
        Assert.Contains(Assert.Throws<NetlinkException>(() => socket.Commit(new NftBatch().AddChain(other))).ErrnoName, new[] { "EEXIST", "EOPNOTSUPP" });
    }

    [Fact]
    public void RuleList_TellsWhatRulesOfPortMappingsDo_WhoeverMadeThem()
    {
        var table = new NftTable(NftFamily.IPv4, "cni_hostport");
        var table6 = new NftTable(NftFamily.IPv6, "cni_hostport");
        var chain = new NftChain(table, "c") { Base = new NftBaseChain("nat", NftHook.Postrouting, 100) };
        var chain6 = new NftChain(table6, "c") { Base = new NftBaseChain("nat", NftHook.Prerouting, -100) };
        var ports = new NftChain(table, "ports") { Base = new NftBaseChain("nat", NftHook.Prerouting, -100) };
        var all = new NftChain(table, "everything");
        var (host, pod, pod6) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("10.1.2.3"), IPAddress.Parse("fd00::3"));
        AssertSame(
            new NftBatch().AddTable(table).AddChain(all).AddChain(ports).AddChain(chain).AddTable(table6).AddChain(chain6)
                .AddRule(new NftRule(ports).MatchLocalDestination().Jump(all))
                .AddRule(new NftRule(ports).MatchDestination(host).MatchDestinationPort(ProtocolType.Udp, 53).DestinationNat(pod, 5353))
                .AddRule(new NftRule(ports).MatchDestinationPort(ProtocolType.Tcp, 80).DestinationNat(pod))
                .AddRule(new NftRule(ports).MatchSource(IPNetwork.Parse("10.9.0.0/16")).MatchDestinationPort(ProtocolType.Tcp, 80).DestinationNat(pod, 81))
                .AddRule(new NftRule(chain).MatchSource(pod).MatchDestination(pod).Masquerade())
                .AddRule(new NftRule(chain).MatchRewrittenDestination().MatchDestination(pod).Masquerade())
                .AddRule(new NftRule(chain).MatchDestination(pod).Accept())
                .AddRule(new NftRule(chain6).MatchDestinationPort((ProtocolType)132, 9).DestinationNat(pod6, 10)),
            """
            table ip cni_hostport {
                chain everything { }
                chain ports {
                    type nat hook prerouting priority dstnat;
                    fib daddr type local jump everything
                    ip daddr 192.0.2.1 udp dport 53 dnat to 10.1.2.3:5353
                    tcp dport 80 dnat to 10.1.2.3
                    ip saddr 10.9.0.0/16 tcp dport 80 dnat to 10.1.2.3:81
                }
                chain c {
                    type nat hook postrouting priority srcnat;
                    ip saddr 10.1.2.3 ip daddr 10.1.2.3 masquerade
                    ct status dnat ip daddr 10.1.2.3 masquerade
                    ip daddr 10.1.2.3 accept
                }
            }
            table ip6 cni_hostport {
                chain c { type nat hook prerouting priority dstnat; sctp dport 9 dnat to [fd00::3]:10; }
            }
            """,
            socket =>
            {
                Assert.Equal(
                    [
                        new NftRuleContent { ToThisHost = true, Jump = "everything" },
                        new NftRuleContent { Destination = host, Protocol = 17, DestinationPort = 53, NewDestination = new IPEndPoint(pod, 5353) },
                        new NftRuleContent { Protocol = 6, DestinationPort = 80, NewDestination = new IPEndPoint(pod, 0) },
                        new NftRuleContent { Protocol = 6, DestinationPort = 80, NewDestination = new IPEndPoint(pod, 81), HasMore = true },
                    ],
                    socket.RuleList(ports).Select(rule => rule.Content));
                Assert.Equal(
                    [
                        new NftRuleContent { Source = pod, Destination = pod, Masquerades = true },
                        new NftRuleContent { DestinationRewritten = true, Destination = pod, Masquerades = true },
                        new NftRuleContent { Destination = pod, HasMore = true },
                    ],
                    socket.RuleList(chain).Select(rule => rule.Content));
                Assert.Equal(
                    [new NftRuleContent { Protocol = 132, DestinationPort = 9, NewDestination = new IPEndPoint(pod6, 10) }],
                    socket.RuleList(chain6).Select(rule => rule.Content));
            });
    }

    [Fact]
    public void RuleList_HasHandlesAndComments_AndDeleteRuleTakesTheOne()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        socket.Commit(Basics()
            .AddRule(new NftRule(s_checks).Accept().WithComment("one"))
            .AddRule(new NftRule(s_checks).Accept())
            .AddRule(new NftRule(s_checks).Accept().WithComment("three"))
            .InsertRule(new NftRule(s_checks).Drop().WithComment("zero"))
            .AddRule(new NftRule(s_postrouting).Accept()));
        var rules = socket.RuleList(s_checks);
        Assert.Equal(["zero", "one", null, "three"], rules.Select(rule => rule.Comment));
        Assert.Equal(5, socket.RuleList(s_masquerade).Count);
        socket.Commit(new NftBatch().DeleteRule(rules[1]).DeleteRule(rules[3]));
        Assert.Equal(["zero", null], socket.RuleList(s_checks).Select(rule => rule.Comment));
        Assert.Contains($"handle {rules[2].Handle}", host.Exec("nft", "-a list ruleset"), StringComparison.Ordinal);
        Assert.True(Assert.Throws<NetlinkException>(() => socket.Commit(new NftBatch().DeleteRule(rules[1]))).IsNotFound);
    }

    [Fact]
    public void RuleList_ReadsCommentsOfTheTool()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        host.Exec("nft", "-f -", "table inet cni_plugins_masquerade {\nchain masq_checks {\naccept comment \"by the tool\"\ncounter\n}\n}");
        Assert.Equal(["by the tool", null], socket.RuleList(s_checks).Select(rule => rule.Comment));
        Assert.Equal(s_checks.ToString(), socket.RuleList(s_checks)[0].Chain.ToString());
    }

    [Fact]
    public void Lists_AreEmpty_WhenTheTableIsMissing()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        Assert.Empty(socket.TableList());
        Assert.Empty(socket.ChainList(s_masquerade));
        Assert.Empty(socket.RuleList(s_masquerade));
        Assert.Empty(socket.RuleList(s_checks));
        socket.Commit(new NftBatch());
        Assert.True(Assert.Throws<NetlinkException>(() => socket.Commit(new NftBatch().DeleteTable(s_masquerade))).IsNotFound);
    }

    [Fact]
    public void Commit_TakesManyRules_AndRuleListReadsThemAll()
    {
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        var batch = Basics();
        for (int i = 0; i < 1500; i++)
            batch.AddRule(Masquerade($"10.1.{i / 250}.{i % 250}", "10.1.0.0/16").WithComment($"rule {i}"));
        socket.Commit(batch);
        Assert.Equal(Enumerable.Range(0, 1500).Select(i => $"rule {i}"), socket.RuleList(s_checks).Select(rule => rule.Comment!));
        socket.Commit(new NftBatch().DeleteTable(s_masquerade));
        Assert.Empty(socket.TableList());
    }

    [Fact]
    public void Rules_RefuseWhatCannotBe()
    {
        var rule = new NftRule(s_checks);
        Assert.Throws<InvalidOperationException>(() => rule.MatchSource(IPAddress.Loopback).MatchDestination(IPAddress.IPv6Loopback));
        Assert.Throws<ArgumentException>(() => rule.MatchInInterface("0123456789abcdef"));
        Assert.Throws<ArgumentException>(() => rule.MatchEtherSource(default));
        Assert.Throws<ArgumentException>(() => rule.Jump(new NftChain(new NftTable(NftFamily.IPv4, "other"), "x")));
        Assert.Throws<ArgumentException>(() => rule.MatchDestinationPort(ProtocolType.Icmp, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NftBatch().DeleteRule(new NftListedRule(s_checks, 0, null)));
        using var host = new TestNamespace();
        using var socket = host.Namespace.OpenNetfilterSocket();
        Assert.Throws<ArgumentException>(() => socket.Commit(Basics().AddRule(rule.Drop().WithComment(new string('x', 129)))));
        Assert.Empty(socket.TableList());
    }

    private static NftBatch Basics() => new NftBatch().AddTable(s_masquerade).AddChain(s_checks).AddChain(s_postrouting);

    private static NftRule Masquerade(string source, string network) =>
        new NftRule(s_checks).MatchSource(IPAddress.Parse(source)).MatchDestination(IPNetwork.Parse(network), negate: true).Masquerade();

    /// <summary>The tool lists our rules as it lists its own, down to the expressions.</summary>
    private static void AssertSame(NftBatch batch, string script, Action<NetfilterSocket>? inspect = null)
    {
        using var ours = new TestNamespace();
        using var theirs = new TestNamespace();
        using var socket = ours.Namespace.OpenNetfilterSocket();
        socket.Commit(batch);
        theirs.Exec("nft", "-f -", script);
        Assert.NotEqual("", theirs.Exec("nft", "list ruleset"));
        Assert.Equal(theirs.Exec("nft", "list ruleset"), ours.Exec("nft", "list ruleset"));
        Assert.Equal(Unnumbered(theirs.Exec("nft", "-j list ruleset")), Unnumbered(ours.Exec("nft", "-j list ruleset")));
        Assert.Equal(Expressions(theirs), Expressions(ours));
        if (inspect is not null)
        {
            using var theirSocket = theirs.Namespace.OpenNetfilterSocket();
            inspect(socket);
            inspect(theirSocket);
        }
        // And what it lists, it takes again.
        string listed = ours.Exec("nft", "list ruleset");
        ours.Exec("nft", "-f -", "flush ruleset\n" + listed);
        Assert.Equal(listed, ours.Exec("nft", "list ruleset"));
    }

    // Handles count every object in the order of its making, which the tool chooses for itself.
    private static string Unnumbered(string json)
    {
        var parts = json.Split("\"handle\": ");
        return parts[0] + string.Concat(parts.Skip(1).Select(part => part.TrimStart("0123456789".ToCharArray())));
    }

    private static IEnumerable<string> Expressions(TestNamespace host) =>
        host.Exec("nft", "--debug=netlink list ruleset").Split('\n').Where(line => line.StartsWith("  [", StringComparison.Ordinal)).Select(line => line.Trim());
}
