using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Tests.Masquerade;

public sealed class NftablesMasqueradeTests : IDisposable
{
    private static readonly MasqueradeNames s_names = new("net", "c1", "eth0");

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private static IPPrefix Parse(string text)
    {
        Assert.True(IPPrefix.TryParse(text, out var prefix));
        return prefix;
    }

    private T OnHost<T>(Func<NftablesMasquerade, T> action) => _node.Host.Run(() =>
    {
        using var kernel = new NodeKernel();
        return action(new NftablesMasquerade(kernel));
    });

    private void SetUp(MasqueradeNames names, params string[] addresses) => OnHost(m =>
    {
        m.SetUp(names, [.. addresses.Select(Parse)]);
        return true;
    });

    private string Rules() => _node.OnHost("nft", "list ruleset");

    [Fact]
    public void Nftables_GetsTheReferencesRules()
    {
        SetUp(s_names, "10.1.2.5/24", "fd00:1::5/64");
        Assert.Equal(
            $$"""
            table inet cni_plugins_masquerade {
            	comment "Masquerading for plugins from github.com/containernetworking/plugins"
            	chain masq_checks {
            		comment "Masquerade traffic from certain IPs to any (non-multicast) IP outside their subnet"
            		ip saddr 10.1.2.5 ip daddr != 10.1.2.0/24 masquerade comment "{{s_names.NftablesComment}}"
            		ip6 saddr fd00:1::5 ip6 daddr != fd00:1::/64 masquerade comment "{{s_names.NftablesComment}}"
            	}

            	chain postrouting {
            		type nat hook postrouting priority srcnat; policy accept;
            		ip daddr 224.0.0.0/4 return
            		ip6 daddr ff00::/8 return
            		goto masq_checks
            	}
            }

            """, Rules());
    }

    [Fact]
    public void Nftables_HasNoDuplicates_WhenSetUpTwice()
    {
        SetUp(s_names, "10.1.2.5/24");
        string once = Rules();
        SetUp(s_names, "10.1.2.5/24");
        Assert.Equal(once, Rules());
    }

    [Fact]
    public void Nftables_LosesOnlyTheRulesOfTheAttachment_ByTearDown()
    {
        SetUp(s_names, "10.1.2.5/24");
        SetUp(new MasqueradeNames("net", "c1", "net1"), "10.1.2.6/24");
        Assert.True(OnHost(m => m.TearDown(s_names)));
        Assert.False(OnHost(m => m.TearDown(s_names)));
        Assert.DoesNotContain("10.1.2.5", Rules());
        Assert.Contains("10.1.2.6", Rules());
    }

    [Fact]
    public void Nftables_MakesNothing_WhenThereIsNothingToTearDown()
    {
        Assert.False(OnHost(m => m.TearDown(s_names)));
        Assert.Equal("", Rules());
    }

    [Fact]
    public void Nftables_TellsWhetherTheRulesStand()
    {
        Assert.False(OnHost(m => m.Holds(s_names, [Parse("10.1.2.5/24")])));
        SetUp(s_names, "10.1.2.5/24");
        Assert.True(OnHost(m => m.Holds(s_names, [Parse("10.1.2.5/24")])));
        _node.OnHost("nft", "flush chain inet cni_plugins_masquerade postrouting");
        Assert.False(OnHost(m => m.Holds(s_names, [Parse("10.1.2.5/24")])));
    }

    [Fact]
    public void Nftables_LosesOnlyThisNetworksStaleRules_ByGarbageCollection()
    {
        SetUp(new MasqueradeNames("net", "stale", "eth0"), "10.1.2.5/24");
        SetUp(new MasqueradeNames("net", "valid", "eth0"), "10.1.2.6/24");
        SetUp(new MasqueradeNames("net", "valid", "net1"), "10.1.2.7/24");
        SetUp(new MasqueradeNames("other", "stale", "eth0"), "10.1.2.8/24");
        _node.OnHost("nft", "add rule inet cni_plugins_masquerade masq_checks ip saddr 10.1.2.9 masquerade comment mine");
        OnHost(m =>
        {
            m.CollectGarbage("net", [new GcAttachment("valid", "eth0")]);
            return true;
        });
        string rules = Rules();
        Assert.DoesNotContain("10.1.2.5", rules);
        Assert.Contains("10.1.2.6", rules);
        Assert.DoesNotContain("10.1.2.7", rules);
        Assert.Contains("10.1.2.8", rules);
        Assert.Contains("10.1.2.9", rules);
    }

    [Fact]
    public void Nftables_IsAvailableHere() => Assert.True(OnHost(m => m.IsAvailable));
}
