namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>The same for networks that need kernel features which a test machine may lack.</summary>
[Trait("Kernel", "vm")]
public sealed class GoneThingsInVmTests
{
    public static TheoryData<string, string> Table => GoneThings.Table(inVm: true);

    [Theory]
    [MemberData(nameof(Table))]
    public Task Del_LeavesNothing_When(string network, string isGone) => GoneThings.DelMustSucceedAsync(network, isGone);
}
