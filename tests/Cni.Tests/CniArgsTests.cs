namespace MultiNet.Cni.Tests;

public sealed class CniArgsTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("IP=10.0.0.1", "10.0.0.1")]
    [InlineData("IP=1;IP=2", "2")]
    [InlineData("IgnoreUnknown=1;X=y;IP=", "")]
    [InlineData("X=y;IP=3;IgnoreUnknown=True", "3")]
    public void Parse_ReadsKnownKeys(string text, string? ip) => Assert.Equal(ip, CniArgs.Parse(text, "IP", "MAC")["IP"]);

    [Theory]
    [InlineData("IP", "ARGS: invalid pair \"IP\"")]
    [InlineData("IP=a=b", "ARGS: invalid pair \"IP=a=b\"")]
    [InlineData("IP=a;", "ARGS: invalid pair \"\"")]
    [InlineData("ip=a;X=y", "ARGS: unknown args [\"ip=a\" \"X=y\"]")]
    [InlineData("X=y;IgnoreUnknown=0", "ARGS: unknown args [\"X=y\"]")]
    [InlineData("IgnoreUnknown=yes", "ARGS: error parsing value of pair \"IgnoreUnknown=yes\": boolean unmarshal error: invalid input yes")]
    public void Parse_RefusesTheRest(string text, string message)
    {
        var error = Assert.Throws<CniException>(() => CniArgs.Parse(text, "IP"));
        Assert.Equal((CniErrorCode.InvalidEnvironmentVariables, message), (error.Code, error.Message));
    }

    [Fact]
    public void Pairs_KeepsEqualsSignsInValues() =>
        Assert.Equal([new("A", "b=c"), new("D", "")], CniArgs.Pairs("A=b=c;;D=;nothing"));

    [Fact]
    public void Format_IsTheReverseOfPairs() => Assert.Equal("A=b=c;D=", CniArgs.Format(CniArgs.Pairs("A=b=c;D=")));
}
