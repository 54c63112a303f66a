namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>The same network by the reference plugins and by MultiNet's: those that make interfaces and give addresses, and what the other classes leave.</summary>
public sealed class DifferentialTests
{
    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Cases => [.. DifferentialCases.Here(DifferentialCases.All, [.. DifferentialNetfilterTests.Plugins, .. DifferentialChainedTests.Plugins], others: true)];

    /// <summary>The names of the cases in which ADD fails.</summary>
    public static TheoryData<string> Failures => [.. DifferentialCases.Here(DifferentialCases.Failing, [.. DifferentialNetfilterTests.Plugins, .. DifferentialChainedTests.Plugins], others: true)];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Network_IsTheSame_AsWithTheReferencePlugins(string name) => Comparison.MustBeTheSameAsync(name);

    [Theory]
    [MemberData(nameof(Failures))]
    public Task Failure_HasTheMessageOfTheReferencePlugins_AndLeavesNothing(string name) => Comparison.MustFailTheSameAsync(name);
}
