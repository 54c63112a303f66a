using System.Net;

namespace MultiNet.Cni.Tests;

/// <summary>Versions, addresses, deadlines.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("1.1.0", "1.0.0", true)]
    [InlineData("1.0.0", "1.0.0", true)]
    [InlineData("0.4.0", "1.0.0", false)]
    [InlineData("0.10.0", "0.4.0", true)]
    [InlineData("1", "1.0.0", true)]
    [InlineData("x", "0.1.0", false)]
    [InlineData("1..0", "0.1.0", false)]
    [InlineData("1.0.0.0", "0.1.0", false)]
    [InlineData("-1.0.0", "0.1.0", false)]
    [InlineData("99999999.0.0", "0.1.0", false)]
    public void Versions_Compare(string version, string other, bool expected) => Assert.Equal(expected, CniVersion.AtLeast(version, other));

    [Theory]
    [InlineData("10.1.2.3/24", "10.1.2.3/24", "10.1.2.0/24")]
    [InlineData("10.1.2.3/0", "10.1.2.3/0", "0.0.0.0/0")]
    [InlineData("10.1.2.3/32", "10.1.2.3/32", "10.1.2.3/32")]
    [InlineData("FD00:0:0::5/60", "fd00::5/60", "fd00::/60")]
    [InlineData("fd00::1:5/127", "fd00::1:5/127", "fd00::1:4/127")]
    public void Prefixes_AreRead(string text, string printed, string network)
    {
        Assert.True(IPPrefix.TryParse(text, out var prefix));
        Assert.Equal((printed, network), (prefix.ToString(), prefix.Network.ToString()));
        Assert.True(prefix.Contains(prefix.Address));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("10.1.2.3")]
    [InlineData("10.1.2.3/33")]
    [InlineData("10.1.2.3/024")]
    [InlineData("10.1.2.3/-1")]
    [InlineData("10.1.2.3/+1")]
    [InlineData("10.1.2.3/8/8")]
    [InlineData("10.1.2/8")]
    [InlineData("10.1.2.3.4/8")]
    [InlineData("0x0a.1.2.3/8")]
    [InlineData("fd00::/129")]
    [InlineData("fd00::%eth0/64")]
    [InlineData("10.1.2.3/99999999999")]
    public void Prefixes_AreRefused(string text) => Assert.False(IPPrefix.TryParse(text, out _));

    [Fact]
    public void Prefixes_OfTheOtherFamilyHoldNothing() => Assert.False(IPPrefix.DefaultIPv4.Contains(IPAddress.IPv6Loopback));

    [Fact]
    public void Deadlines_PassOrNever()
    {
        Assert.Equal((true, false, int.MaxValue), (Deadline.None.IsNone, Deadline.None.HasPassed, Deadline.None.RemainingMilliseconds));
        Assert.True(Deadline.After(TimeSpan.FromSeconds(-5)).HasPassed);
        Assert.True(Deadline.After(TimeSpan.MinValue).HasPassed);
        Assert.False(Deadline.After(TimeSpan.MaxValue).HasPassed);
        Assert.False(Deadline.After(TimeSpan.FromHours(1)).HasPassed);
    }
}
