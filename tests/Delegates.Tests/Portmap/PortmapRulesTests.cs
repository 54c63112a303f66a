using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Portmap;

/// <summary>What ADD puts up. That it is what the reference puts up is the business of the differential tests.</summary>
public sealed class PortmapRulesTests : IDisposable
{
    private readonly PortmapNode _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Nftables_GetsTheReferencesRules()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "nftables", ["8080:80/tcp", "192.0.2.1 53:5353/UDP", "::1 99:98/sctp"]));
        Assert.Equal(
            """
            table ip cni_hostport {
            	comment "CNI portmap plugin"
            	chain hostports {
            		tcp dport 8080 dnat to 10.88.0.2:80 comment "pod1"
            		ip daddr 192.0.2.1 udp dport 53 dnat to 10.88.0.2:5353 comment "pod1"
            	}

            	chain hostip_hostports {
            	}

            	chain hostports_all {
            		jump hostip_hostports
            		jump hostports
            	}

            	chain prerouting {
            		type nat hook prerouting priority dstnat; policy accept;
            		fib daddr type local jump hostports_all
            	}

            	chain output {
            		type nat hook output priority -100; policy accept;
            		fib daddr type local jump hostports_all
            	}

            	chain masquerading {
            		type nat hook postrouting priority srcnat; policy accept;
            		ip saddr 10.88.0.2 ip daddr 10.88.0.2 masquerade comment "pod1"
            		ip saddr 127.0.0.1 ip daddr 10.88.0.2 masquerade comment "pod1"
            	}
            }
            table ip6 cni_hostport {
            	comment "CNI portmap plugin"
            	chain hostports {
            		tcp dport 8080 dnat to [fd00:88::2]:80 comment "pod1"
            		ip6 daddr ::1 sctp dport 99 dnat to [fd00:88::2]:98 comment "pod1"
            	}

            	chain hostip_hostports {
            	}

            	chain hostports_all {
            		jump hostip_hostports
            		jump hostports
            	}

            	chain prerouting {
            		type nat hook prerouting priority dstnat; policy accept;
            		fib daddr type local jump hostports_all
            	}

            	chain output {
            		type nat hook output priority -100; policy accept;
            		fib daddr type local jump hostports_all
            	}

            	chain masquerading {
            		type nat hook postrouting priority srcnat; policy accept;
            		ip6 saddr fd00:88::2 ip6 daddr fd00:88::2 masquerade comment "pod1"
            	}
            }

            """, _host.Nft());
    }

    [Fact]
    public void Nftables_MasqueradesEverything_WhenMasqAll()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "nftables", keys: "\"masqAll\":true,", families: "4"));
        Assert.Contains("ct status dnat ip daddr 10.88.0.2 masquerade comment \"pod1\"", _host.Nft());
    }

    [Fact]
    public void Nftables_MasqueradesNothing_WithoutSnat()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "nftables", keys: "\"snat\":false,\"masqAll\":true,"));
        Assert.DoesNotContain("masquerad", _host.Nft());
        Assert.Equal("0", _host.Node.OnHost("cat", "/proc/sys/net/ipv4/conf/br0/route_localnet").Trim());
    }

    [Fact]
    public void Nftables_PutsConditionsOnTheMappings_SoThatNobodyElseHasThem()
    {
        var (one, two) = (_host.AddPod(), _host.AddPod());
        _host.Add(one, _host.Config(one, "nftables", ["8080:80/tcp", "8081:81/udp"], "\"conditionsV4\":[\"ip saddr 198.51.100.0/24\",\"meta mark 5\"],", families: "4"));
        _host.Add(two, _host.Config(two, "nftables", ["8090:80/tcp"], families: "4"));
        string rules = _host.Nft();
        Assert.Contains("ip saddr 198.51.100.0/24 meta mark 0x00000005 tcp dport 8080 dnat to 10.88.0.2:80 comment \"pod1\"", rules);
        Assert.Contains("ip saddr 198.51.100.0/24 meta mark 0x00000005 udp dport 8081 dnat to 10.88.0.2:81 comment \"pod1\"", rules);
        Assert.Contains("\t\ttcp dport 8090 dnat to 10.88.0.3:80 comment \"pod2\"", rules);
        Assert.Equal(2, rules.Split("\t\tfib daddr type local jump hostports_all").Length - 1);
    }

    [Theory]
    [InlineData("ip saddr 10.0.0.0/8; drop", "it is a part of one rule")]
    [InlineData("ip saddr 10.0.0.0/8\\nadd table ip x", "it is a part of one rule")]
    [InlineData("ip saddr 10.0.0.0/8 # comment", "it is a part of one rule")]
    [InlineData("iifname \\\"eth0", "A quote is not closed")]
    public void Nftables_RefusesConditionsThatCouldEndTheirRule(string condition, string details)
    {
        var pod = _host.AddPod();
        var error = Assert.Throws<CniException>(() => _host.Add(pod, _host.Config(pod, "nftables", keys: $"\"conditionsV4\":[\"{condition}\"],")));
        Assert.Contains(details, error.Details);
        Assert.Equal("", _host.Nft());
        Assert.Empty(_host.Records());
    }

    [Fact]
    public void Nftables_LeavesNothing_WhenTheToolRefusesACondition()
    {
        var pod = _host.AddPod();
        var error = Assert.Throws<CniException>(() => _host.Add(pod, _host.Config(pod, "nftables", keys: "\"conditionsV4\":[\"no such match\"],")));
        Assert.StartsWith("unable to set up nftables rules for port mappings: ", error.Message);
        Assert.Equal("", _host.Nft());
        Assert.Empty(_host.Records());
    }

    [Fact]
    public void Iptables_GetsTheReferencesRules()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "iptables", ["8080:80/tcp", "192.0.2.1 53:5353/UDP", "::1 99:98/sctp"]));
        string chain = _host.Iptables().Split(':', ' ').First(word => word.StartsWith("CNI-DN-", StringComparison.Ordinal));
        Assert.Equal(
            $$"""
            -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
            -A {{chain}} -s 10.88.0.0/16 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK
            -A {{chain}} -s 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK
            -A {{chain}} -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.88.0.2:80
            -A {{chain}} -s 10.88.0.0/16 -d 192.0.2.1/32 -p udp -m udp --dport 53 -j CNI-HOSTPORT-SETMARK
            -A {{chain}} -s 127.0.0.1/32 -d 192.0.2.1/32 -p udp -m udp --dport 53 -j CNI-HOSTPORT-SETMARK
            -A {{chain}} -d 192.0.2.1/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.88.0.2:5353
            -A CNI-HOSTPORT-DNAT -p sctp -m comment --comment "dnat name: \"net\" id: \"pod1\"" -m multiport --dports 99 -j {{chain}}
            -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"net\" id: \"pod1\"" -m multiport --dports 8080 -j {{chain}}
            -A CNI-HOSTPORT-DNAT -p udp -m comment --comment "dnat name: \"net\" id: \"pod1\"" -m multiport --dports 53 -j {{chain}}
            -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
            -A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000
            """, Rules(_host.Iptables()));
        Assert.Equal(
            $$"""
            -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
            -A {{chain}} -s fd00:88::/64 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK
            -A {{chain}} -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00:88::2]:80
            -A {{chain}} -s fd00:88::/64 -d ::1/128 -p sctp -m sctp --dport 99 -j CNI-HOSTPORT-SETMARK
            -A {{chain}} -d ::1/128 -p sctp -m sctp --dport 99 -j DNAT --to-destination [fd00:88::2]:98
            -A CNI-HOSTPORT-DNAT -p sctp -m comment --comment "dnat name: \"net\" id: \"pod1\"" -m multiport --dports 99 -j {{chain}}
            -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"net\" id: \"pod1\"" -m multiport --dports 8080 -j {{chain}}
            -A CNI-HOSTPORT-DNAT -p udp -m comment --comment "dnat name: \"net\" id: \"pod1\"" -m multiport --dports 53 -j {{chain}}
            -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
            -A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000
            """, Rules(_host.Iptables(ipv4: false)));
    }

    [Fact]
    public void Iptables_TakesFifteenPortsInARule()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "iptables", [.. Enumerable.Range(8000, 20).Select(port => $"{port}:80/tcp")], families: "4"));
        string rules = _host.Iptables();
        Assert.Contains("--dports 8000,8001,8002,8003,8004,8005,8006,8007,8008,8009,8010,8011,8012,8013,8014 ", rules);
        Assert.Contains("--dports 8015,8016,8017,8018,8019 ", rules);
    }

    [Fact]
    public void Iptables_UsesTheChainThatItIsTold()
    {
        _host.Node.OnHost("iptables", "-t nat -N KUBE-MARK-MASQ");
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "iptables", keys: "\"externalSetMarkChain\":\"KUBE-MARK-MASQ\",", families: "4"));
        Assert.Contains("--dport 8080 -j KUBE-MARK-MASQ", _host.Iptables());
        Assert.DoesNotContain("CNI-HOSTPORT-SETMARK", _host.Iptables());
        Assert.DoesNotContain("CNI-HOSTPORT-MASQ", _host.Iptables());
    }

    [Fact]
    public void Iptables_LeavesNothing_WhenTheToolRefuses()
    {
        var pod = _host.AddPod();
        var error = Assert.Throws<CniException>(() => _host.Add(pod, _host.Config(pod, "iptables", keys: "\"externalSetMarkChain\":\"NONE\",")));
        Assert.StartsWith("unable to setup DNAT: ", error.Message);
        Assert.Empty(_host.RulesOfContainers());
        Assert.Empty(_host.Records());
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void RouteLocalnet_IsSwitchedOnOnlyWhereLoopbackCanReachAMapping(string backend)
    {
        var (one, two) = (_host.AddPod(), _host.AddPod());
        _host.Add(one, _host.Config(one, backend, ["192.0.2.1 8080:80/tcp", "::1 8081:80/tcp"]));
        Assert.Equal("0", _host.Node.OnHost("cat", "/proc/sys/net/ipv4/conf/br0/route_localnet").Trim());
        _host.Add(two, _host.Config(two, backend, ["127.0.0.1 8080:80/tcp"]));
        Assert.Equal("1", _host.Node.OnHost("cat", "/proc/sys/net/ipv4/conf/br0/route_localnet").Trim());
    }

    [Theory]
    [InlineData("iptables", "[]")]
    [InlineData("nftables", "null")]
    [InlineData("", "[]")]
    public void NothingIsTouched_WithoutMappings(string backend, string mappings)
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, backend, []).Replace("\"portMappings\":[]", $"\"portMappings\":{mappings}");
        var result = _host.Add(pod, config);
        Assert.Equal(2, result.IPs.Count);
        _host.Node.Call(CniVerb.Check, config, pod);
        _host.Del(pod, config);
        Assert.Equal("", _host.Nft());
        Assert.Empty(_host.Records());
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void SecondAdd_TakesThePlaceOfTheFirst(string backend)
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, backend);
        _host.Add(pod, config);
        var once = _host.RulesOfContainers();
        _host.Add(pod, config);
        Assert.Equal(once, _host.RulesOfContainers());
        _host.Add(pod, _host.Config(pod, backend, ["9090:90/tcp"]));
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8080"));
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void SecondAdd_HasNoDuplicates_WhenTheRecordOfTheFirstIsLost(string backend)
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, backend));
        var once = _host.RulesOfContainers();
        Directory.Delete(_host.Node.RecordsFolder, recursive: true);
        _host.Add(pod, _host.Config(pod, backend));
        Assert.Equal(once, _host.RulesOfContainers());
    }

    private static string Rules(string saved) => string.Join('\n', saved.Split('\n').Where(line => line.StartsWith('-')));
}
