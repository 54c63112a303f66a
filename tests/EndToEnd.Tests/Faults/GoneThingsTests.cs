namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>DEL of each plugin when something that it worked with is gone.</summary>
public sealed class GoneThingsTests
{
    public static TheoryData<string, string> Table => GoneThings.Table(inVm: false);

    [Theory]
    [MemberData(nameof(Table))]
    public Task Del_LeavesNothing_When(string network, string isGone) => GoneThings.DelMustSucceedAsync(network, isGone);
}
