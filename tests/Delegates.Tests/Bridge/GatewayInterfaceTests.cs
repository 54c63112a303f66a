using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Bridge;

namespace MultiNet.Delegates.Tests.Bridge;

/// <summary>ADD and CHECK of a VLAN's gateway, as far as a kernel without VLAN filtering goes: there no port is in any VLAN.</summary>
public sealed class GatewayInterfaceTests : IDisposable
{
    private static readonly BridgeConfig s_config = new() { Bridge = "br0", Vlan = 100, IsGateway = true };

    private readonly TestNode _node = new();

    public GatewayInterfaceTests() => _node.OnHost("ip", "link add br0 up type bridge");

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Gateway_IsMissing_WhenNothingHasItsName() =>
        Assert.Equal("Interface name br0.100 not found", CheckFails());

    [Fact]
    public void Gateway_IsNoGateway_WhenItIsDown()
    {
        _node.OnHost("ip", "link add br0.100 type veth peer name far");
        Assert.Equal("Interface br0.100 is down", CheckFails());
    }

    [Fact]
    public void Gateway_IsNoGateway_WhenItsFarEndIsNoPortOfTheBridge()
    {
        _node.OnHost("ip", "link add br1 type bridge");
        _node.OnHost("ip", "link add br0.100 up type veth peer name far");
        Assert.Equal("Interface br0.100 is not connected with bridge br0", CheckFails());
        _node.OnHost("ip", "link set far master br1");
        Assert.Equal("Interface br0.100 is not connected with bridge br0", CheckFails());
    }

    [Fact]
    public void Gateway_IsNoGateway_WhenItsPortIsNotInTheVlan()
    {
        _node.OnHost("ip", "link add br0.100 up type veth peer name far");
        _node.OnHost("ip", "link set far up master br0");
        Assert.Equal("Bridge port far does not have VLAN 100 pvid untagged", CheckFails());
    }

    [Fact]
    public void Gateway_MayBeSomebodysOwnInterface()
    {
        _node.OnHost("ip", "link add br0.100 up type ifb");
        Check();
    }

    [Fact]
    public void Gateway_IsSetUp_WhenTheInterfaceIsThereButDown()
    {
        _node.OnHost("ip", "link add br0.100 type veth peer name far");
        var result = _node.Host.Run(() =>
        {
            using var kernel = new NodeKernel();
            return new GatewayInterface(kernel, s_config).Ensure(kernel.Socket("").LinkGet("br0"), [new IPPrefix(IPAddress.Parse("10.1.2.1"), 24)], new CniResult());
        });
        Assert.Equal("br0.100", Assert.Single(result.Interfaces).Name);
        Assert.Contains("inet 10.1.2.1/24", _node.OnHost("ip", "-o addr show up dev br0.100"));
        Assert.Equal("0", _node.OnHost("cat", "/proc/sys/net/ipv6/conf/br0.100/accept_ra").Trim());
    }

    private string CheckFails() => Assert.Throws<CniException>(Check).Message;

    private void Check() => _node.Host.Run(() =>
    {
        using var kernel = new NodeKernel();
        new GatewayInterface(kernel, s_config).Check(kernel.Socket("").LinkGet("br0"), []);
    });
}
