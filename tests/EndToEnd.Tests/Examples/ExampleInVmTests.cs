namespace MultiNet.EndToEnd.Tests.Examples;

/// <summary>The same for plugins that need kernel features which a test machine may lack.</summary>
[Trait("Kernel", "vm")]
public sealed class ExampleInVmTests
{
    public static TheoryData<string> Plugins => Example.Plugins(inVm: true);

    [Theory]
    [MemberData(nameof(Plugins))]
    public Task Example_Works(string plugin) => Example.MustWorkAsync(plugin);
}
