using MultiNet.Cni;
using MultiNet.Delegates.Bridge;
using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class BridgeConfigTests
{
    private static BridgeConfig Read(string keys, string args = "") => BridgeConfig.Read(Context.Of($$"""{"name":"n","type":"bridge"{{(keys.Length > 0 ? "," + keys : "")}}}""", args));

    [Fact]
    public void BridgeConfig_HasTheReferencesDefaults_WhenNothingIsSet()
    {
        var config = Read("");
        Assert.Equal("cni0", config.Bridge);
        Assert.False(config.IsGateway || config.IsDefaultGateway || config.ForceAddress || config.HairpinMode || config.PromiscMode);
        Assert.False(config.PreserveDefaultVlan || config.MacSpoofCheck || config.EnableDad || config.DisableContainerInterface || config.PortIsolation);
        Assert.False(config.VlanFiltering);
        Assert.Equal(0, config.Vlan);
        Assert.Equal(0, config.Mtu);
        Assert.Null(config.Mac);
        Assert.Null(config.Dns);
        Assert.False(config.IsLayer3);
        Assert.Equal(new MasqueradeConfig(false, MasqueradeBackend.Default), config.Masquerade);
    }

    [Fact]
    public void BridgeConfig_MatchesKeysInAnyCase() => Assert.Equal("br7", Read("\"BRIDGE\":\"br7\"").Bridge);

    [Fact]
    public void BridgeConfig_ImpliesIsGateway_WhenIsDefaultGateway() => Assert.True(Read("\"isDefaultGateway\":true").IsGateway);

    [Theory]
    [InlineData("\"vlan\":-1", "invalid VLAN ID -1 (must be between 0 and 4094)")]
    [InlineData("\"vlan\":4095", "invalid VLAN ID 4095 (must be between 0 and 4094)")]
    [InlineData("\"vlanTrunk\":[{\"minID\":0,\"maxID\":5}]", "incorrect trunk minID parameter")]
    [InlineData("\"vlanTrunk\":[{\"minID\":1,\"maxID\":4095}]", "incorrect trunk maxID parameter")]
    [InlineData("\"vlanTrunk\":[{\"id\":0}]", "incorrect trunk id parameter")]
    [InlineData("\"vlanTrunk\":[{\"id\":4095}]", "incorrect trunk id parameter")]
    [InlineData("\"vlanTrunk\":[{\"minID\":6,\"maxID\":5}]", "minID is greater than maxID in trunk parameter")]
    [InlineData("\"vlanTrunk\":[{\"maxID\":5}]", "minID and maxID should be configured simultaneously, minID is missing")]
    [InlineData("\"vlanTrunk\":[{\"minID\":5}]", "minID and maxID should be configured simultaneously, maxID is missing")]
    [InlineData("\"disableContainerInterface\":true,\"ipam\":{\"type\":\"static\"}", "cannot use IPAM when DisableContainerInterface flag is set")]
    [InlineData("\"hairpinMode\":true,\"promiscMode\":true", "cannot set hairpin mode and promiscuous mode at the same time")]
    [InlineData("\"ipMasqBackend\":\"ebtables\"", "unknown ipmasq backend \"ebtables\"")]
    [InlineData("\"ipMasqBackend\":\"\"", "unknown ipmasq backend \"\"")]
    [InlineData("\"mtu\":-1", "invalid MTU -1 (must be 0 or between 68 and 65535)")]
    [InlineData("\"mtu\":67", "invalid MTU 67 (must be 0 or between 68 and 65535)")]
    [InlineData("\"mtu\":65536", "invalid MTU 65536 (must be 0 or between 68 and 65535)")]
    [InlineData("\"bridge\":\"\"", "\"bridge\": interface name is empty")]
    [InlineData("\"bridge\":\"abcdefghijkl\",\"vlan\":100,\"isGateway\":true", "\"bridge\" with the gateway of VLAN \"100\": interface name is too long")]
    [InlineData("\"bridge\":\"a/b\"", "\"bridge\": interface name contains / or : or whitespace characters")]
    [InlineData("\"bridge\":\"abcdefghijklmnop\"", "\"bridge\": interface name is too long")]
    [InlineData("\"runtimeConfig\":{\"mac\":\"no\"}", "invalid MAC address \"no\"")]
    [InlineData("\"args\":{\"cni\":{\"mac\":\"01:00:5e:00:00:01\"}}", "invalid MAC address \"01:00:5e:00:00:01\"")]
    public void BridgeConfig_RefusesWithCodeSeven(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.Equal(message, error.Message);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
    }

    [Theory]
    [InlineData("\"portIsolation\":\"true\"")]
    [InlineData("\"vlan\":\"5\"")]
    [InlineData("\"vlan\":1.5")]
    [InlineData("\"vlanTrunk\":{}")]
    [InlineData("\"vlanTrunk\":[5]")]
    [InlineData("\"dns\":[]")]
    [InlineData("\"ipMasq\":1")]
    [InlineData("\"runtimeConfig\":{\"mac\":5}")]
    public void BridgeConfig_RefusesOtherTypesWithCodeSix(string keys) =>
        Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read(keys)).Code);

    [Fact]
    public void BridgeConfig_MergesTrunkEntries_AscendingWithoutDuplicates()
    {
        var config = Read("\"vlanTrunk\":[{\"minID\":10,\"maxID\":12},{\"id\":11},{\"id\":2},{\"minID\":4094,\"maxID\":4094},null,{}]");
        Assert.Equal([2, 10, 11, 12, 4094], config.TrunkVlans);
        Assert.True(config.VlanFiltering);
    }

    [Fact]
    public void BridgeConfig_FiltersVlans_WhenTheTrunkIsEmpty()
    {
        var config = Read("\"vlanTrunk\":[]");
        Assert.Empty(config.TrunkVlans);
        Assert.True(config.VlanFiltering);
    }

    [Theory]
    [InlineData("", "MAC=0a:00:00:00:00:01", "0a:00:00:00:00:01")]
    [InlineData("\"args\":{\"cni\":{\"mac\":\"0a:00:00:00:00:02\"}}", "MAC=0a:00:00:00:00:01", "0a:00:00:00:00:02")]
    [InlineData("\"args\":{\"cni\":{\"mac\":\"0a:00:00:00:00:02\"}},\"runtimeConfig\":{\"mac\":\"0A:00:00:00:00:03\"}", "MAC=0a:00:00:00:00:01", "0a:00:00:00:00:03")]
    public void BridgeConfig_TakesTheMacFromTheStrongestSource(string keys, string args, string mac) =>
        Assert.Equal(mac, Read(keys, args).Mac.ToString());

    [Theory]
    [InlineData("MAC", "ARGS: invalid pair \"MAC\"")]
    [InlineData("MAC=a=b", "ARGS: invalid pair \"MAC=a=b\"")]
    [InlineData("MAC=0a:00:00:00:00:01;", "ARGS: invalid pair \"\"")]
    [InlineData("mac=x;K8S_POD_NAME=p", "ARGS: unknown args [\"mac=x\" \"K8S_POD_NAME=p\"]")]
    public void BridgeConfig_RefusesArguments(string args, string message)
    {
        var error = Assert.Throws<CniException>(() => Read("", args));
        Assert.Equal(message, error.Message);
        Assert.Equal(CniErrorCode.InvalidEnvironmentVariables, error.Code);
    }

    [Theory]
    [InlineData("IgnoreUnknown=1;K8S_POD_NAME=p")]
    [InlineData("K8S_POD_NAME=p;IgnoreUnknown=True")]
    public void BridgeConfig_IgnoresUnknownArguments_WhenTold(string args) => Assert.Null(Read("", args).Mac);

    [Theory]
    [InlineData("\"dns\":{}", false)]
    [InlineData("\"dns\":{\"domain\":\"\"}", false)]
    [InlineData("\"dns\":{\"search\":[]}", true)]
    [InlineData("\"dns\":{\"domain\":\"a.b\"}", true)]
    public void BridgeConfig_OverridesDns_WhenAFieldIsSet(string keys, bool set) => Assert.Equal(set, Read(keys).Dns is not null);

    [Fact]
    public void BridgeConfig_ThrowsNothingButCniException_WhateverTheConfiguration()
    {
        var random = new Random(31);
        string[] keys = ["bridge", "isGateway", "isDefaultGateway", "forceAddress", "ipMasq", "ipMasqBackend", "mtu", "hairpinMode", "promiscMode",
            "vlan", "vlanTrunk", "preserveDefaultVlan", "macspoofchk", "enabledad", "disableContainerInterface", "portIsolation", "dns", "ipam", "args", "runtimeConfig", "unknown"];
        string[] values = ["null", "true", "false", "0", "-1", "4095", "1e3", "99999999999", "\"\"", "\"br\"", "\"nftables\"", "\"\\ud800\"", "[]", "[null]", "[{}]", "{}",
            "{\"type\":5}", "{\"type\":\"static\"}", "{\"cni\":{\"mac\":\"x\"}}", "{\"mac\":null}", "[{\"id\":7}]", "[{\"minID\":1,\"maxID\":2147483647}]"];
        for (int round = 0; round < 5000; round++)
        {
            var parts = new List<string>();
            for (int i = random.Next(5); i >= 0; i--)
                parts.Add($"\"{keys[random.Next(keys.Length)]}\":{values[random.Next(values.Length)]}");
            try
            {
                Read(string.Join(",", parts));
            }
            catch (CniException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }
}
