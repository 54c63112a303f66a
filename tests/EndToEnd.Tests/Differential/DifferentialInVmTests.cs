namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>The same for networks that need kernel features which a test machine may lack.</summary>
[Trait("Kernel", "vm")]
public sealed class DifferentialInVmTests
{
    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Cases => [.. DifferentialCases.All.Where(c => c.NeedsVm).Select(c => c.Name)];

    /// <summary>The names of the cases in which ADD fails.</summary>
    public static TheoryData<string> Failures => [.. DifferentialCases.Failing.Where(c => c.NeedsVm).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Network_IsTheSame_AsWithTheReferencePlugins(string name) => Comparison.MustBeTheSameAsync(name);

    [Theory]
    [MemberData(nameof(Failures))]
    public Task Failure_HasTheMessageOfTheReferencePlugins_AndLeavesNothing(string name) => Comparison.MustFailTheSameAsync(name);
}
