using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Tests.Iptables;

/// <summary>Both kinds of iptables: the tools over nftables and the legacy ones.</summary>
public sealed class IptablesToolTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    public static TheoryData<string, bool> Kinds => new() { { "nft", true }, { "nft", false }, { "legacy", true }, { "legacy", false } };

    private static IptablesRule Accept(string chain, string comment, bool ipv4 = true) =>
        new(chain, "-s", ipv4 ? "10.0.0.2/32" : "fd00::2/128", "-m", "comment", "--comment", comment, "-j", "ACCEPT");

    private static string Family(bool ipv4) => ipv4 ? "iptables" : "ip6tables";

    private string Save(string kind, bool ipv4, string table = "filter") =>
        string.Join('\n', _node.OnHost($"{Family(ipv4)}-{kind}-save", $"-t {table}").Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal) || line.StartsWith(":CNI", StringComparison.Ordinal)));

    private void OnHost(string kind, bool ipv4, Action<IptablesTool> action)
    {
        var tool = IptablesTool.Find(ipv4, IptablesFolder.Of(_node, kind));
        _node.Host.Run(() => action(tool));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Tool_ReadsEveryTable_WithOneProcess(string kind, bool ipv4)
    {
        OnHost(kind, ipv4, tool =>
        {
            tool.Apply(new IptablesScript("filter").NewChain("CNI-A").Table("nat").NewChain("CNI-B").Table("mangle").NewChain("CNI-C").Table("filter").Append(Accept("CNI-A", "x", ipv4)));
            var ruleset = tool.Read("filter", "nat", "mangle");
            Assert.Contains("CNI-A", ruleset["filter"].Chains);
            Assert.Contains("CNI-B", ruleset["nat"].Chains);
            Assert.Contains("CNI-C", ruleset["mangle"].Chains);
            Assert.DoesNotContain("CNI-A", ruleset["nat"].Chains);
            Assert.True(ruleset["filter"].Contains(Accept("CNI-A", "x", ipv4)));
            Assert.Empty(ruleset["raw"].Chains);
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Script_InsertsAppendsAndDeletes(string kind, bool ipv4)
    {
        string address = ipv4 ? "10.0.0.2/32" : "fd00::2/128";
        OnHost(kind, ipv4, tool =>
        {
            tool.Apply(new IptablesScript("filter").NewChain("CNI-A").Append(Accept("CNI-A", "one", ipv4)).Append(Accept("CNI-A", "two", ipv4)).InsertFirst(Accept("CNI-A", "zero", ipv4)));
            tool.Apply(new IptablesScript("filter").Delete(Accept("CNI-A", "one", ipv4)));
        });
        Assert.Equal(
            $"""
            :CNI-A - [0:0]
            -A CNI-A -s {address} -m comment --comment zero -j ACCEPT
            -A CNI-A -s {address} -m comment --comment two -j ACCEPT
            """, Save(kind, ipv4));
        OnHost(kind, ipv4, tool => tool.Apply(new IptablesScript("filter").DeleteChain("CNI-A")));
        Assert.Equal("", Save(kind, ipv4));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("it's")]
    [InlineData("name: \"net\" id: \"c1\"")]
    [InlineData("back\\slash \\\" and \\\\ more")]
    [InlineData("-j DROP -s 1.2.3.4")]
    [InlineData("-j")]
    [InlineData("! odd")]
    [InlineData("CNI firewall plugin rules (ingressPolicy: same-bridge|isolated)")]
    [InlineData("umlaut ä and $HOME `id` ; # &")]
    [InlineData("\ttab is a control character", false)]
    [InlineData("line\nbreak", false)]
    public void Comment_IsReadAsItWasWritten_AndItsRuleFoundAgain(string comment, bool valid = true)
    {
        if (!valid)
        {
            Assert.Equal(CniErrorCode.InvalidNetworkConfig, Assert.Throws<CniException>(() => Accept("CNI-A", comment)).Code);
            return;
        }
        foreach (string kind in (string[])["nft", "legacy"])
        {
            OnHost(kind, true, tool =>
            {
                tool.Apply(new IptablesScript("filter").NewChain("CNI-A").Append(Accept("CNI-A", comment)));
                var read = Assert.Single(tool.ReadTable("filter").Rules);
                Assert.Equal(comment, read.Comment);
                Assert.Equal("ACCEPT", read.Target);
                Assert.Equal("10.0.0.2/32", read.Source);
                Assert.True(read.SaysTheSameAs(Accept("CNI-A", comment)));
                tool.Apply(new IptablesScript("filter").Delete(read).DeleteChain("CNI-A"));
            });
            Assert.Equal("", Save(kind, true));
        }
    }

    [Theory]
    [InlineData("CNI-A", true, "-j", "ACCEPT", "-s", "10.0.0.2/32", "-m", "comment", "--comment", "x")]
    [InlineData("CNI-B", false, "-s", "10.0.0.2/32", "-m", "comment", "--comment", "x", "-j", "ACCEPT")]
    [InlineData("CNI-A", false, "!", "-s", "10.0.0.2/32", "-m", "comment", "--comment", "x", "-j", "ACCEPT")]
    [InlineData("CNI-A", false, "-s", "10.0.0.3/32", "-m", "comment", "--comment", "x", "-j", "ACCEPT")]
    [InlineData("CNI-A", false, "-s", "10.0.0.2/32", "-m", "comment", "--comment", "y", "-j", "ACCEPT")]
    [InlineData("CNI-A", false, "-s", "10.0.0.2/32", "-j", "ACCEPT")]
    [InlineData("CNI-A", false, "-s", "10.0.0.2/32", "-m", "comment", "--comment", "x", "-p", "tcp", "-j", "ACCEPT")]
    public void Rule_SaysTheSame_WhateverTheOrder(string chain, bool same, params string[] words) =>
        Assert.Equal(same, Accept("CNI-A", "x").SaysTheSameAs(new IptablesRule(chain, words)));

    [Theory, MemberData(nameof(Kinds))]
    public void Change_ComposesAgain_WhenSomebodyElseChangedTheRules(string kind, bool ipv4)
    {
        int calls = 0;
        OnHost(kind, ipv4, tool => tool.Change("filter", (table, script) =>
        {
            // After our reading and before our transaction, another process makes the chain.
            if (++calls == 1)
                tool.Apply(new IptablesScript("filter").NewChain("CNI-A"));
            script.EnsureChain(table, "CNI-A").Append(Accept("CNI-A", "x", ipv4));
        }));
        Assert.Equal(2, calls);
        Assert.Equal(2, Save(kind, ipv4).Split('\n').Length);
    }

    [Fact]
    public void Change_ComposesAgain_WhenARuleIsGone()
    {
        OnHost("nft", true, tool =>
        {
            tool.Apply(new IptablesScript("filter").NewChain("CNI-A").Append(Accept("CNI-A", "x")).Append(Accept("CNI-A", "y")));
            int calls = 0;
            tool.Change("filter", (table, script) =>
            {
                if (++calls == 1)
                    tool.Apply(new IptablesScript("filter").Delete(Accept("CNI-A", "x")));
                foreach (var rule in table.RulesOf("CNI-A"))
                    script.Delete(rule);
            });
            Assert.Equal(2, calls);
        });
        Assert.Equal(":CNI-A - [0:0]", Save("nft", true));
    }

    [Fact]
    public void Change_GivesUp_WhenTheSameIsRefusedTwice()
    {
        int calls = 0;
        var error = Assert.Throws<CniException>(() => OnHost("nft", true, tool => tool.Change("filter", (_, script) =>
        {
            calls++;
            script.Append(new IptablesRule("CNI-NOWHERE", "-j", "ACCEPT"));
        })));
        Assert.Equal(2, calls);
        Assert.Contains("iptables-restore failed with exit code 1", error.Message);
        Assert.Contains("-A CNI-NOWHERE -j ACCEPT", error.Details);
    }

    [Fact]
    public void Change_TriesAgain_WhileTheKernelIsBusy_ButNotForEver()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_node.Folder, "busy")).FullName;
        Script(folder, "iptables-save", "echo '*filter'; echo COMMIT");
        Script(folder, "iptables-restore", $"echo x >>{folder}/runs; echo 'Resource temporarily unavailable.' >&2; exit 4");
        var tool = IptablesTool.Find(true, folder);
        var error = Assert.Throws<CniException>(() => tool.Change("filter", (_, script) => script.NewChain("CNI-A")));
        Assert.Contains("Resource temporarily unavailable.", error.Message);
        Assert.Equal(10, File.ReadAllLines(Path.Combine(folder, "runs")).Length);
    }

    [Fact]
    public void NothingIsStarted_WhenThereIsNothingToDo()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_node.Folder, "never")).FullName;
        Script(folder, "iptables-restore", "exit 3");
        Script(folder, "iptables-save", "exit 0");
        var tool = IptablesTool.Find(true, folder);
        tool.Apply(new IptablesScript("filter").Table("nat"));
        tool.Change("filter", (_, _) => { });
    }

    [Theory]
    [InlineData("-A")]
    [InlineData("-A POSTROUTING -s")]
    [InlineData("-A X --comment \"open")]
    [InlineData("*nat\n:\n:x\n-A \"\" \"\\")]
    [InlineData("*\nCOMMIT\n-A A -j B")]
    public void Ruleset_PassesOverWhatItDoesNotUnderstand(string text) => Assert.Empty(IptablesRuleset.Parse("*nat\n" + text)["nat"].Jumps("POSTROUTING", "CNI-x"));

    private static void Script(string folder, string name, string commands)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\ncat >/dev/null\n{commands}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
