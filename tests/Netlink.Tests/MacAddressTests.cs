namespace MultiNet.Netlink.Tests;

public class MacAddressTests
{
    [Theory]
    [InlineData("00:00:5e:00:53:01", "00:00:5e:00:53:01")]
    [InlineData("0A-58-0a-01-02-FF", "0a:58:0a:01:02:ff")]
    [InlineData("0000.5e00.5301", "00:00:5e:00:53:01")]
    [InlineData("02:00:5e:10:00:00:00:01", "02:00:5e:10:00:00:00:01")]
    [InlineData("0200.5e10.0000.0001", "02:00:5e:10:00:00:00:01")]
    [InlineData(
        "00-00-00-00-fe-80-00-00-00-00-00-00-02-00-5e-10-00-00-00-01",
        "00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01")]
    public void Parse_ReadsTheFormsOfGo(string text, string expected) => Assert.Equal(expected, MacAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0a:58:0a:01:02")]
    [InlineData("0a:58:0a:01:02:0")]
    [InlineData("0a:58:0a:01:02:03:")]
    [InlineData("0a:58:0a:01:02:03:04")]
    [InlineData("0a:58-0a:01:02:03")]
    [InlineData("0a580a010203")]
    [InlineData("0a58.0a01:0203")]
    [InlineData("ga:58:0a:01:02:03")]
    [InlineData(" 0a:58:0a:01:02:03")]
    [InlineData("0a:58:0a:01:02:０3")]
    public void Parse_Throws_WhenTheTextIsNoHardwareAddress(string text)
    {
        Assert.False(MacAddress.TryParse(text, out _));
        Assert.Contains($"\"{text}\"", Assert.Throws<FormatException>(() => MacAddress.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equality_IsByValue_AndByLength()
    {
        var address = MacAddress.Parse("00:00:00:00:00:01");
        Assert.Equal(address, MacAddress.Parse("0000.0000.0001"));
        Assert.Equal(address.GetHashCode(), MacAddress.Parse("0000.0000.0001").GetHashCode());
        Assert.True(address != MacAddress.Parse("00:00:00:00:00:01:00:00"));
        Assert.True(default(MacAddress) != MacAddress.Parse("00:00:00:00:00:00"));
        Assert.True(MacAddress.Parse("00:00:00:00:00:00").IsZero);
        Assert.Equal("", default(MacAddress).ToString());
    }

    [Fact]
    public void Random_IsUnicastAndLocallyAdministered()
    {
        Span<byte> bytes = stackalloc byte[6];
        for (int i = 0; i < 100; i++)
        {
            MacAddress.Random().CopyTo(bytes);
            Assert.Equal(2, bytes[0] & 3);
        }
        Assert.NotEqual(MacAddress.Random(), MacAddress.Random());
    }
}
