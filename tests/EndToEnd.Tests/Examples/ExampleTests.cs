using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Examples;

public sealed class ExampleTests
{
    public static TheoryData<string> Plugins => Example.Plugins(inVm: false);

    [Theory]
    [MemberData(nameof(Plugins))]
    public Task Example_Works(string plugin) => Example.MustWorkAsync(plugin);

    [Fact]
    public void EveryPlugin_HasAnExample()
    {
        // What has no keys needs none.
        var missing = TestEnvironment.BuiltInPlugins.Except(["loopback", "passthru"])
            .Where(p => !File.Exists(Path.Combine(TestEnvironment.Examples("plugins"), p + ".yaml")));

        Assert.Empty(missing);
    }
}
