namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>The same for networks that need kernel features which a test machine may lack.</summary>
[Trait("Kernel", "vm")]
public sealed class SystemCallFaultInVmTests
{
    public static TheoryData<string, string> Table => SystemCallFaults.Table(inVm: true);

    [Theory]
    [MemberData(nameof(Table))]
    public Task Add_LeavesNothing_WhicheverCallFails(string network, string calls) => SystemCallFaults.AddMustLeaveNothingAsync(network, calls);

    [Theory]
    [MemberData(nameof(Table))]
    public Task Del_CanBeRepeated_WhicheverCallFails(string network, string calls) => SystemCallFaults.DelMustBeRepeatableAsync(network, calls);
}
