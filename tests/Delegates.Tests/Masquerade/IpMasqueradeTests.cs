using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Tests.Masquerade;

/// <summary>Which backend is taken.</summary>
public sealed class IpMasqueradeTests : IDisposable
{
    private static readonly MasqueradeNames s_names = new("net", "c1", "eth0");

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private static List<IPPrefix> Addresses
    {
        get
        {
            Assert.True(IPPrefix.TryParse("10.1.2.5/24", out var prefix));
            return [prefix];
        }
    }

    // The folder is empty: there is no iptables.
    private void OnHost(Action<IpMasquerade> action, bool withIptables = true) => _node.Host.Run(() =>
    {
        using var kernel = new NodeKernel();
        action(new IpMasquerade(kernel, withIptables ? null : _node.Folder));
    });

    private bool InNftables => _node.OnHost("nft", "list tables").Contains("cni_plugins_masquerade", StringComparison.Ordinal)
        && _node.OnHost("nft", "list chain inet cni_plugins_masquerade masq_checks").Contains("10.1.2.5", StringComparison.Ordinal);

    private bool InIptables => _node.OnHost("iptables-save", "-t nat").Contains("10.1.2.5", StringComparison.Ordinal);

    [Theory]
    [InlineData("Default", true, true)]
    [InlineData("Default", false, false)]
    [InlineData("Iptables", true, true)]
    [InlineData("Nftables", true, false)]
    public void IpMasquerade_TakesTheBackend_AndTakesItDown(string name, bool installed, bool iptables)
    {
        var backend = Enum.Parse<MasqueradeBackend>(name);
        OnHost(m => m.SetUp(backend, s_names, Addresses), installed);
        Assert.Equal(iptables, InIptables);
        Assert.Equal(!iptables, InNftables);
        OnHost(m => m.Check(backend, s_names, Addresses), installed);
        OnHost(m => m.TearDown(backend, s_names, Addresses, _ => false), installed);
        Assert.False(InIptables || InNftables);
        Assert.Throws<CniException>(() => OnHost(m => m.Check(backend, s_names, Addresses), installed));
    }

    [Theory]
    [InlineData("Iptables", "Nftables")]
    [InlineData("Nftables", "Iptables")]
    [InlineData("Nftables", "Default")]
    public void IpMasquerade_TakesDownWhatAnotherBackendPutUp(string before, string now)
    {
        OnHost(m => m.SetUp(Enum.Parse<MasqueradeBackend>(before), s_names, Addresses));
        OnHost(m => m.TearDown(Enum.Parse<MasqueradeBackend>(now), s_names, Addresses, _ => false));
        Assert.False(InIptables || InNftables);
    }

    [Fact]
    public void IpMasquerade_SaysWhatIsMissing_WhenIptablesIsAskedForAndNotThere()
    {
        Assert.Contains("is not installed", Assert.Throws<CniException>(() => OnHost(m => m.SetUp(MasqueradeBackend.Iptables, s_names, Addresses), false)).Message);
        var error = Assert.Throws<CniException>(() => OnHost(m => m.CheckAvailable(MasqueradeBackend.Iptables), false));
        Assert.Equal(CniErrorCode.PluginNotAvailable, error.Code);
        OnHost(m => m.CheckAvailable(MasqueradeBackend.Default), false);
        OnHost(m => m.CheckAvailable(MasqueradeBackend.Nftables), false);
    }
}
