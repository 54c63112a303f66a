using MultiNet.Cni;
using MultiNet.Delegates.Sriov;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Sriov;

public sealed class SriovConfigTests
{
    private static SriovConfig Read(string keys, string args = "") =>
        SriovConfig.Read(Context.Of("""{"name":"n","type":"sriov","deviceID":"0000:3D:02.1"KEYS}""".Replace("KEYS", keys.Length > 0 ? "," + keys : ""), args));

    [Fact]
    public void EveryKey_IsRead()
    {
        var config = Read("\"vlan\":4094,\"vlanQoS\":7,\"vlanProto\":\"802.1AD\",\"mac\":\"0A:58:0A:01:02:03\",\"spoofchk\":\"off\",\"trust\":\"on\",\"link_state\":\"disable\",\"min_tx_rate\":100,\"max_tx_rate\":200,\"logLevel\":\"debug\",\"logFile\":\"/x\"");
        Assert.Equal("0000:3d:02.1", config.Device.ToString());
        Assert.Equal(
            new VirtualFunctionChange
            {
                Vlan = new VirtualFunctionVlan(4094, 7, VirtualFunctionVlan.Dot1AD),
                MacAddress = MacAddress.Parse("0a:58:0a:01:02:03"),
                SpoofCheck = false,
                Trust = true,
                LinkState = VirtualFunctionLinkState.Disable,
                TransmitRate = (100, 200),
            },
            config.Settings);
    }

    [Fact]
    public void WhatIsNotConfigured_IsLeftAlone() => Assert.Equal(new VirtualFunctionChange(), Read("").Settings);

    [Theory]
    [InlineData("\"vlan\":0", 0, 0)]
    [InlineData("\"vlan\":5", 5, 0)]
    [InlineData("\"vlan\":5,\"vlanQoS\":0,\"vlanProto\":\"802.1Q\"", 5, 0)]
    public void Vlan_IsACustomersByDefault(string keys, int id, int priority) =>
        Assert.Equal(new VirtualFunctionVlan((ushort)id, (byte)priority, VirtualFunctionVlan.Dot1Q), Read(keys).Settings.Vlan);

    [Theory]
    [InlineData("\"min_tx_rate\":10", 10, 0)]
    [InlineData("\"max_tx_rate\":10", 0, 10)]
    [InlineData("\"min_tx_rate\":10,\"max_tx_rate\":0", 10, 0)]
    public void Rates_AreUnlimitedByDefault(string keys, int minimum, int maximum) => Assert.Equal((minimum, maximum), Read(keys).Settings.TransmitRate);

    [Theory]
    [InlineData("", "", "0a:00:00:00:00:01")]
    [InlineData("IgnoreUnknown=1;MAC=0a:00:00:00:00:02", "", "0a:00:00:00:00:02")]
    [InlineData("IgnoreUnknown=1;MAC=0a:00:00:00:00:02", ",\"runtimeConfig\":{\"mac\":\"0a:00:00:00:00:03\"}", "0a:00:00:00:00:03")]
    public void Mac_OfTheRuntime_WinsOverArgumentsOverTheConfiguration(string args, string more, string expected) =>
        Assert.Equal(expected, Read("\"mac\":\"0a:00:00:00:00:01\"" + more, args).Settings.MacAddress.ToString());

    [Theory]
    [InlineData("\"vlan\":4095", "vlan id 4095 invalid: value must be in the range 0-4094")]
    [InlineData("\"vlan\":-1", "vlan id -1 invalid: value must be in the range 0-4094")]
    [InlineData("\"vlanQoS\":0", "vlan id must be configured to set vlan QoS to a non-nil value")]
    [InlineData("\"vlanProto\":\"802.1q\"", "vlan id must be configured to set vlan proto to a non-nil value")]
    [InlineData("\"vlan\":5,\"vlanQoS\":8", "vlan QoS PCP 8 invalid: value must be in the range 0-7")]
    [InlineData("\"vlan\":0,\"vlanQoS\":1", "non-zero vlan id must be configured to set vlan QoS to a non-zero value")]
    [InlineData("\"vlan\":5,\"vlanProto\":\"802.1x\"", "vlan Proto 802.1x invalid: value must be '802.1Q' or '802.1ad'")]
    [InlineData("\"vlan\":0,\"vlanProto\":\"802.1ad\"", "non-zero vlan id must be configured to set vlan proto 802.1ad")]
    [InlineData("\"link_state\":\"up\"", "invalid link_state value: up")]
    [InlineData("\"spoofchk\":\"yes\"", "invalid spoofchk value: yes")]
    [InlineData("\"trust\":\"ON\"", "invalid trust value: ON")]
    [InlineData("\"min_tx_rate\":200,\"max_tx_rate\":100", "min_tx_rate 200 invalid: value must not be larger than max_tx_rate 100")]
    [InlineData("\"max_tx_rate\":-5", "min_tx_rate 0 and max_tx_rate -5 invalid: values must not be negative")]
    [InlineData("\"deviceID\":\"\"", "VF pci addr is required")]
    [InlineData("\"deviceID\":\"ens1f0\"", "invalid PCI address: ens1f0")]
    public void ABadValue_IsCodeSeven(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.Equal(("SRIOV-CNI failed to load netconf: LoadConf(): " + message, CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
        Assert.NotEmpty(error.Details);
    }

    [Theory]
    [InlineData("\"mac\":\"nonsense\"")]
    [InlineData("\"mac\":\"01:00:00:00:00:01\"")]
    [InlineData("\"mac\":\"00:00:00:00:00:00\"")]
    public void ABadMac_IsCodeSeven(string keys) => Assert.Equal(CniErrorCode.InvalidNetworkConfig, Assert.Throws<CniException>(() => Read(keys)).Code);

    [Theory]
    [InlineData("\"vlan\":\"5\"")]
    [InlineData("\"vlan\":1.5")]
    [InlineData("\"vlan\":5,\"vlanQoS\":\"1\"")]
    [InlineData("\"vlan\":5,\"vlanProto\":1")]
    [InlineData("\"spoofchk\":true")]
    [InlineData("\"trust\":false")]
    [InlineData("\"link_state\":1")]
    [InlineData("\"max_tx_rate\":\"1\"")]
    [InlineData("\"logLevel\":1")]
    [InlineData("\"logFile\":[]")]
    [InlineData("\"ipam\":5")]
    public void AnotherType_IsCodeSix(string keys) => Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read(keys)).Code);
}
