namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>The same for the plugins that change what others have made. A class of their own: it runs beside the others.</summary>
public sealed class DifferentialChainedTests
{
    /// <summary>The plugins.</summary>
    internal static readonly string[] Plugins = ["sbr", "bandwidth", "tuning"];

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Cases => [.. DifferentialCases.Here(DifferentialCases.All, Plugins)];

    /// <summary>The names of the cases in which ADD fails.</summary>
    public static TheoryData<string> Failures => [.. DifferentialCases.Here(DifferentialCases.Failing, Plugins)];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Network_IsTheSame_AsWithTheReferencePlugins(string name) => Comparison.MustBeTheSameAsync(name);

    [Theory]
    [MemberData(nameof(Failures))]
    public Task Failure_HasTheMessageOfTheReferencePlugins_AndLeavesNothing(string name) => Comparison.MustFailTheSameAsync(name);
}
