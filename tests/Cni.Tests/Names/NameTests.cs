namespace MultiNet.Cni.Tests.Names;

public sealed class NameTests
{
    [Theory]
    [InlineData("eth0")]
    [InlineData("fifteen-bytes-x")]
    [InlineData("...")]
    [InlineData("ü")]
    public void InterfaceName_Passes(string name) => InterfaceName.Validate(name);

    [Theory]
    [InlineData("", "interface name is empty")]
    [InlineData("sixteen-bytes-xx", "interface name is too long")]
    [InlineData(".", "interface name is . or ..")]
    [InlineData("a:b", "interface name contains / or : or whitespace characters")]
    [InlineData("a\u00a0b", "interface name contains / or : or whitespace characters")]
    [InlineData("a\0b", "interface name contains / or : or whitespace characters")]
    public void InterfaceName_Fails(string name, string message)
    {
        var error = Assert.Throws<CniException>(() => InterfaceName.Validate(name));
        Assert.Equal((CniErrorCode.InvalidEnvironmentVariables, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0_.-Z")]
    public void Identifiers_Pass(string name)
    {
        ContainerId.Validate(name);
        NetworkName.Validate(name);
    }

    [Theory]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a b")]
    public void Identifiers_Fail(string name)
    {
        Assert.Equal(("invalid characters in containerID", name), Say(() => ContainerId.Validate(name)));
        Assert.Equal(("invalid characters found in network name", name), Say(() => NetworkName.Validate(name)));
    }

    [Fact]
    public void Identifiers_Fail_WhenEmpty()
    {
        Assert.Equal(CniErrorCode.UnknownContainer, Assert.Throws<CniException>(() => ContainerId.Validate("")).Code);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, Assert.Throws<CniException>(() => NetworkName.Validate("")).Code);
    }

    [Fact]
    public void Shortened_ShowsForeignTextOnOneLine()
    {
        Assert.Equal("a\\nb\\x1b[0m", Shortened.Text("a\nb\u001b[0m", 50));
        Assert.Equal("aaa... (10 characters)", Shortened.Text("aaaaaaaaaa", 3));
    }

    private static (string, string) Say(Action action)
    {
        var error = Assert.Throws<CniException>(action);
        return (error.Message, error.Details);
    }
}
