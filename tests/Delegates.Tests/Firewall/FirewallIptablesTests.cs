using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Firewall;

/// <summary>The plugin with iptables: what ADD puts up, and what DEL, CHECK, STATUS and GC make of it.</summary>
public sealed class FirewallIptablesTests
{
    private const string Iptables = "\"backend\":\"iptables\"";
    private const string SameBridge = Iptables + ",\"ingressPolicy\":\"same-bridge\"";
    private const string Isolated = Iptables + ",\"ingressPolicy\":\"isolated\"";
    private const string OfAll = "CNI firewall plugin rules (ingressPolicy: same-bridge|isolated)";

    private const string Shared = """
        :CNI-ADMIN - [0:0]
        :CNI-FORWARD - [0:0]
        -A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
        -A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN
        """;

    public static TheoryData<string> Kinds => ["nft", "legacy"];

    private static string Sorted(string saved) => string.Join('\n', saved.Split('\n').Where(l => l[0] == ':').Order(StringComparer.Ordinal).Concat(saved.Split('\n').Where(l => l[0] != ':')));

    private static string RulesOf(string address) => $"""
        -A CNI-FORWARD -d {address} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A CNI-FORWARD -s {address} -j ACCEPT
        """;

    [Theory, MemberData(nameof(Kinds))]
    public void Add_PutsUpTheReferencesRules(string kind)
    {
        using var node = new FirewallNode(kind);
        node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        Assert.Equal($"{Shared}\n{RulesOf("10.88.0.2/32")}", Sorted(node.Save()));
        Assert.Equal($"{Shared}\n{RulesOf("fd00:88::2/128")}", Sorted(node.Save(ipv4: false)));
        node.Call(CniVerb.Check, FirewallNode.Config(Iptables));
        Assert.Equal(["firewall/net/c1@eth0.json"], node.Records);

        node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.Equal(Shared, Sorted(node.Save()));
        Assert.Equal(Shared, Sorted(node.Save(ipv4: false)));
        Assert.Empty(node.Records);
    }

    [Theory]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void Add_ReturnsPrevResultAsItIs(string version)
    {
        using var node = new FirewallNode();
        string previous = FirewallNode.PrevResult.Replace("1.0.0", version);
        if (version == "0.4.0")
            previous = previous.Replace("{\"address\":\"10", "{\"version\":\"4\",\"address\":\"10").Replace("{\"address\":\"fd", "{\"version\":\"6\",\"address\":\"fd");
        var result = node.Call(CniVerb.Add, FirewallNode.Config(Iptables, previous, version: version))!;
        Assert.Equal(["cni0", "veth1", "eth0"], result.Interfaces.Select(i => i.Name));
        Assert.Equal(["10.88.0.2/16", "fd00:88::2/64"], result.IPs.Select(ip => ip.Address.ToString()));
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.3.1")]
    [InlineData("2.0.0")]
    public void Plugin_RefusesOtherVersions(string version)
    {
        using var node = new FirewallNode();
        Assert.Equal(CniErrorCode.IncompatibleCniVersion, Assert.Throws<CniException>(() => node.Call(CniVerb.Add, FirewallNode.Config(Iptables, version: version))).Code);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Add_MayBeCalledTwice(string kind)
    {
        using var node = new FirewallNode(kind);
        node.Call(CniVerb.Add, FirewallNode.Config(Isolated));
        string once = node.Save();
        node.Call(CniVerb.Add, FirewallNode.Config(Isolated));
        Assert.Equal(once, node.Save());
    }

    [Fact]
    public void Add_StartsNothing_WithoutAddresses()
    {
        using var node = new FirewallNode();
        foreach (string tool in (string[])["iptables-save", "iptables-restore", "ip6tables-save", "ip6tables-restore"])
            node.Replace(tool, "exit 9");
        string config = FirewallNode.Config(Isolated, FirewallNode.Result("cni0"));
        node.Call(CniVerb.Add, config);
        node.Call(CniVerb.Check, config);
        node.Call(CniVerb.Del, config);
        Assert.Empty(node.Records);
    }

    [Theory]
    [InlineData("10.88.0.2/16", "ip6tables")]
    [InlineData("fd00:88::2/64", "iptables")]
    public void Plugin_NeedsTheToolsOfTheAddressesFamilyOnly(string address, string other)
    {
        using var node = new FirewallNode();
        File.Delete(Path.Combine(node.Tools, $"{other}-save"));
        File.Delete(Path.Combine(node.Tools, $"{other}-restore"));
        string config = FirewallNode.Config(SameBridge, FirewallNode.Result("cni0", address));
        node.Call(CniVerb.Add, config);
        node.Call(CniVerb.Check, config);
        bool ipv4 = other == "ip6tables";
        Assert.Contains("CNI-FORWARD", node.Save(ipv4));
        Assert.Equal("", node.Save(!ipv4));
        node.Call(CniVerb.Del, config);
        Assert.DoesNotContain("ESTABLISHED", node.Save(ipv4));
    }

    [Fact]
    public void Add_PutsUpTheChainOfTheAdministrator()
    {
        using var node = new FirewallNode();
        string config = FirewallNode.Config(Iptables + ",\"iptablesAdminChainName\":\"my-chain\"");
        node.Call(CniVerb.Add, config);
        Assert.Contains("-A CNI-FORWARD -m comment --comment \"CNI firewall plugin admin overrides\" -j my-chain", node.Save());
        node.Call(CniVerb.Check, config);
        node.Call(CniVerb.Add, FirewallNode.Config(Iptables), "c2");
        Assert.Contains("-j CNI-ADMIN", node.Save());
        Assert.Contains("-j my-chain", node.Save());
        // CHECK goes by what was recorded.
        node.Call(CniVerb.Check, FirewallNode.Config(Iptables));
        node.Iptables("-D CNI-FORWARD -m comment --comment \"CNI firewall plugin admin overrides\" -j my-chain");
        Assert.Contains("-j my-chain] not found", Assert.Throws<CniException>(() => node.Call(CniVerb.Check, FirewallNode.Config(Iptables))).Message);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Add_PutsUpTheReferencesRules_ForSameBridge(string kind)
    {
        using var node = new FirewallNode(kind);
        node.Call(CniVerb.Add, FirewallNode.Config(SameBridge));
        Assert.Equal(
            $"""
            -A FORWARD -m comment --comment "{OfAll}" -j CNI-ISOLATION-STAGE-1
            -A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
            -A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN
            {RulesOf("10.88.0.2/32")}
            -A CNI-ISOLATION-STAGE-1 -i cni0 ! -o cni0 -m comment --comment "CNI firewall plugin rules (ingressPolicy: same-bridge)" -j CNI-ISOLATION-STAGE-2
            -A CNI-ISOLATION-STAGE-1 -m comment --comment "{OfAll}" -j RETURN
            -A CNI-ISOLATION-STAGE-2 -o cni0 -m comment --comment "{OfAll}" -j DROP
            -A CNI-ISOLATION-STAGE-2 -m comment --comment "{OfAll}" -j RETURN
            """, Rules(node));
        node.Call(CniVerb.Check, FirewallNode.Config(SameBridge));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Add_PutsUpTheReferencesRules_ForIsolated(string kind)
    {
        using var node = new FirewallNode(kind);
        node.Call(CniVerb.Add, FirewallNode.Config(Isolated));
        Assert.Contains(
            $"""
            -A CNI-ISOLATION-STAGE-1 -i cni0 -o cni0 -m comment --comment "CNI firewall plugin rules (ingressPolicy: isolated)" -j DROP
            -A CNI-ISOLATION-STAGE-1 -i cni0 ! -o cni0 -m comment --comment "CNI firewall plugin rules (ingressPolicy: isolated)" -j CNI-ISOLATION-STAGE-2
            -A CNI-ISOLATION-STAGE-1 -m comment --comment "{OfAll}" -j RETURN
            """, Rules(node));
        node.Call(CniVerb.Check, FirewallNode.Config(Isolated));
        node.Call(CniVerb.Add, FirewallNode.Config(SameBridge, FirewallNode.Result("cni1", "10.89.0.2/16")), "c2");
        string saved = Rules(node);
        Assert.EndsWith($"-A CNI-ISOLATION-STAGE-2 -m comment --comment \"{OfAll}\" -j RETURN", saved);
        Assert.True(saved.IndexOf("-i cni1", StringComparison.Ordinal) < saved.IndexOf("STAGE-1 -m comment --comment \"" + OfAll + "\" -j RETURN", StringComparison.Ordinal));
        node.Call(CniVerb.Check, FirewallNode.Config(Isolated));
    }

    // The tools over nftables list chains in the order in which they were made.
    private static string Rules(FirewallNode node) => string.Join('\n', node.Save().Split('\n').Where(line => line[0] == '-')
        .OrderBy(line => Array.IndexOf(["FORWARD", "CNI-FORWARD", "CNI-ISOLATION-STAGE-1", "CNI-ISOLATION-STAGE-2"], line.Split(' ')[1])));

    [Theory]
    [InlineData("-F FORWARD")]
    [InlineData("-D FORWARD -m comment --comment \"CNI firewall plugin rules\" -j CNI-FORWARD")]
    public void Policy_HoldsOn_WhenSomebodyFlushedAndAnotherContainerComes(string manipulation)
    {
        // With the reference the ways in are then in the wrong order, and all is accepted.
        using var node = new FirewallNode();
        node.Call(CniVerb.Add, FirewallNode.Config(SameBridge));
        node.Iptables(manipulation);
        node.Call(CniVerb.Add, FirewallNode.Config(Iptables, FirewallNode.Result("cni1", "10.89.0.2/16")), "c2");
        if (manipulation == "-F FORWARD")
            node.Call(CniVerb.Add, FirewallNode.Config(SameBridge, FirewallNode.Result("cni0", "10.88.0.3/16")), "c3");
        string saved = node.Save();
        Assert.InRange(saved.IndexOf("-j CNI-ISOLATION-STAGE-1", StringComparison.Ordinal), 0, saved.IndexOf("-j CNI-FORWARD", StringComparison.Ordinal));
        Assert.Equal(2, saved.Split("-A FORWARD").Length - 1);
    }

    [Fact]
    public void Policy_ComesIntoForce_WhenItsRulesStandBehindTheReturn()
    {
        using var node = new FirewallNode();
        node.Call(CniVerb.Add, FirewallNode.Config(SameBridge));
        string rule = "-o cni0 -m comment --comment \"" + OfAll + "\" -j DROP";
        node.Iptables("-D CNI-ISOLATION-STAGE-2 " + rule);
        node.Iptables("-A CNI-ISOLATION-STAGE-2 " + rule);
        Assert.Contains("has no effect", Assert.Throws<CniException>(() => node.Call(CniVerb.Check, FirewallNode.Config(SameBridge))).Message);
        node.Call(CniVerb.Add, FirewallNode.Config(SameBridge, FirewallNode.Result("cni0", "10.88.0.3/16")), "c2");
        node.Call(CniVerb.Check, FirewallNode.Config(SameBridge));
    }

    [Fact]
    public void Add_KeepsTheFirstRulesOfOthers()
    {
        using var node = new FirewallNode();
        node.Iptables("-N MINE");
        node.Iptables("-A FORWARD -j MINE");
        node.Iptables("-P FORWARD DROP");
        node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.Contains("-A FORWARD -j MINE", node.Save());
        Assert.Contains(":FORWARD DROP", node.Node.OnHost("iptables-nft-save", "-t filter"));
    }

    [Theory]
    [InlineData("nft", "ip6tables-restore")]
    [InlineData("nft", "ip6tables-save")]
    [InlineData("legacy", "ip6tables-restore")]
    public void Add_LeavesNothing_WhenTheSecondFamilyFails(string kind, string broken)
    {
        using var node = new FirewallNode(kind);
        node.Replace(broken, "echo 'the kernel says no' >&2; exit 3");
        var error = Assert.Throws<CniException>(() => node.Call(CniVerb.Add, FirewallNode.Config(SameBridge)));
        Assert.Contains("the kernel says no", error.Message);
        Assert.DoesNotContain("10.88.0.2", node.Save());
        node.Repair(broken);
        node.Call(CniVerb.Del, FirewallNode.Config(SameBridge, prevResult: null));
        Assert.Empty(node.Records);
        Assert.Equal("", node.Save(ipv4: false));
    }

    [Fact]
    public void Add_LeavesNothing_WhenTheRecordCannotBeWritten()
    {
        using var node = new FirewallNode();
        File.WriteAllText(node.Node.RecordsFolder, "a file where the folder is to be");
        Assert.Equal(CniErrorCode.IOFailure, Assert.Throws<CniException>(() => node.Call(CniVerb.Add, FirewallNode.Config(Iptables))).Code);
        Assert.Equal("", node.Save());
    }

    [Fact]
    public void Add_KeepsWhatAFormerAddPutUp_WhenItFails()
    {
        using var node = new FirewallNode();
        node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        node.Replace("ip6tables-save", "exit 3");
        Assert.Throws<CniException>(() => node.Call(CniVerb.Add, FirewallNode.Config(Iptables)));
        Assert.Contains("10.88.0.2", node.Save());
        Assert.Single(node.Records);
    }
}
