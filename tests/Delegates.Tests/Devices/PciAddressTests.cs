using MultiNet.Delegates.Devices;

namespace MultiNet.Delegates.Tests.Devices;

public sealed class PciAddressTests
{
    [Theory]
    [InlineData("0000:3d:00.1", "0000:3d:00.1")]
    [InlineData("0000:3D:1F.7", "0000:3d:1f.7")]
    [InlineData("10000:e1:00.0", "10000:e1:00.0")]
    public void Address_IsReadAsSysfsWritesIt(string text, string expected)
    {
        Assert.True(PciAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.ToString());
        Assert.False(address.IsNone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3d:00.1")]
    [InlineData("000:3d:00.1")]
    [InlineData("0000:3d:00.8")]
    [InlineData("0000:3d:20.0")]
    [InlineData("0000:3g:00.1")]
    [InlineData("0000-3d:00.1")]
    [InlineData("0000:3d:00,1")]
    [InlineData("0000:3d:00.")]
    [InlineData("0000:3d:00.10")]
    [InlineData("../0000:3d:00.1")]
    [InlineData("000000000:3d:00.1")]
    [InlineData("mlx5_core.sf.2")]
    public void OtherText_IsNone(string text)
    {
        Assert.False(PciAddress.TryParse(text, out var address));
        Assert.True(address.IsNone);
        Assert.Equal("", address.ToString());
    }
}
