using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Tests.Masquerade;

public sealed class MasqueradeNamesTests
{
    // The chain that the reference's unit test expects for "test" and "1234", and what it makes of the other names.
    [Fact]
    public void Chain_IsTheReferences_ForTheNamesOfItsOwnTest() =>
        Assert.Equal("CNI-2bbe0c48b91a7d1b8a6753a8", new MasqueradeNames("test", "1234", "eth0").Chain);

    [Fact]
    public void Chain_HasTwentyEightCharacters_ForTheLongestIds() =>
        Assert.Equal(28, new MasqueradeNames(new string('n', 200), new string('c', 64), "eth0").Chain.Length);

    [Fact]
    public void IptablesComment_NamesNetworkAndContainer() =>
        Assert.Equal("name: \"net\" id: \"abc\"", new MasqueradeNames("net", "abc", "eth0").IptablesComment);

    [Fact]
    public void IptablesComment_IsCut_WhereIptablesWouldRefuseIt() =>
        Assert.Equal(255, new MasqueradeNames(new string('n', 300), "abc", "eth0").IptablesComment.Length);

    [Fact]
    public void NftablesComment_BeginsWithTheHashesOfNetworkAndAttachment()
    {
        var names = new MasqueradeNames("net", "abc", "eth0");
        Assert.StartsWith(MasqueradeNames.NetworkPrefix("net"), names.NftablesComment);
        Assert.StartsWith(names.AttachmentPrefix + ", net: net, if: eth0, id: abc", names.NftablesComment);
        Assert.Equal(33, names.AttachmentPrefix.Length);
    }

    [Fact]
    public void NftablesComment_IsCutAtOneHundredAndTwentyEight() =>
        Assert.Equal(128, new MasqueradeNames("net", new string('c', 64), new string('i', 15) + new string('n', 64)).NftablesComment.Length);

    [Fact]
    public void AttachmentPrefix_DiffersBetweenInterfacesOfOneContainer() =>
        Assert.NotEqual(new MasqueradeNames("net", "abc", "net1").AttachmentPrefix, new MasqueradeNames("net", "abc", "net2").AttachmentPrefix);
}
