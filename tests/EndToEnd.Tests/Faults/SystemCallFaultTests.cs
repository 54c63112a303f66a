namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>Each plugin with every system call failing in turn.</summary>
public sealed class SystemCallFaultTests
{
    public static TheoryData<string, string> Table => SystemCallFaults.Table(inVm: false);

    [Theory]
    [MemberData(nameof(Table))]
    public Task Add_LeavesNothing_WhicheverCallFails(string network, string calls) => SystemCallFaults.AddMustLeaveNothingAsync(network, calls);

    [Theory]
    [MemberData(nameof(Table))]
    public Task Del_CanBeRepeated_WhicheverCallFails(string network, string calls) => SystemCallFaults.DelMustBeRepeatableAsync(network, calls);
}
