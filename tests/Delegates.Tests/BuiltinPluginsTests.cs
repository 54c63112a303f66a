using MultiNet.Cni;

namespace MultiNet.Delegates.Tests;

public sealed class BuiltinPluginsTests
{
    [Fact]
    public void BuiltinPlugins_MakeThePluginOfEachType()
    {
        using var kernel = new NodeKernel();
        Assert.NotEmpty(BuiltinPlugins.Types);
        foreach (string type in BuiltinPlugins.Types)
        {
            Assert.True(BuiltinPlugins.Contains(type));
            Assert.True(BuiltinPlugins.TryCreate(type, kernel, out var plugin));
            Assert.Equal(type, plugin.Type);
            Assert.NotEmpty(plugin.About);
            Assert.Equal(CniVersion.Latest, plugin.SupportedVersions[^1]);
        }
    }

    [Fact]
    public void BuiltinPlugins_AreListedInAlphabeticalOrder() =>
        Assert.Equal(BuiltinPlugins.Types.Order(StringComparer.Ordinal), BuiltinPlugins.Types);

    [Theory]
    [InlineData("")]
    [InlineData("Bridge")]
    [InlineData("calico")]
    public void BuiltinPlugins_KnowNoOtherType(string type)
    {
        using var kernel = new NodeKernel();
        Assert.False(BuiltinPlugins.Contains(type));
        Assert.False(BuiltinPlugins.TryCreate(type, kernel, out _));
    }
}
