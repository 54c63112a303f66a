using System.Net;

namespace MultiNet.Cni.Tests;

public class IPTextTests
{
    // What Go's net.IP.String prints.
    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("::102:304", "::102:304")]
    [InlineData("fe80::5efe:102:304", "fe80::5efe:102:304")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("1:0:0:2:0:0:0:3", "1:0:0:2::3")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6::", "1:2:3:4:5:6::")]
    [InlineData("3FFE:ffff:0:01ff::0010", "3ffe:ffff:0:1ff::10")]
    public void Format_PrintsAsGo(string text, string expected) => Assert.Equal(expected, IPText.Format(IPAddress.Parse(text)));
}
