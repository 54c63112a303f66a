namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Called by somebody who may not.</summary>
public sealed class PrivilegeTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private static readonly BadCases<string> Callers = new()
    {
        { "nobody", "setpriv --reuid=65534 --regid=65534 --clear-groups", 5, "/var/lib/cni/multinet", "root" },
        { "root of a user namespace", "unshare --user --map-root-user", 999, "not permitted", "root" },
        { "root without CAP_NET_ADMIN", "setpriv --bounding-set=-net_admin", 999, "not permitted", "CAP_NET_ADMIN" },
        { "root without CAP_SYS_ADMIN", "setpriv --bounding-set=-sys_admin", 999, "not permitted", "root" },
    };

    public static TheoryData<string> Names => Callers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_SaysWhichPrivilegeIsMissing_WhenTheCallerIs(string name)
    {
        var bad = Callers[name];
        node.DefinePod(BadInputNode.Pod, "storage");
        (await node.RunAsync(Call.Of("ADD", []) with { Under = bad.Input })).MustSay(bad.Code, ["pod default/pod1", .. bad.Says]);

        // What somebody who may not cannot take back either, waits for somebody who may.
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync("DEL");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task BuiltInPlugins_SayIt_WhenTheCallerIs(string name)
    {
        var config = """{"cniVersion": "1.0.0", "name": "alone", "type": "bridge", "bridge": "br-storage"}""";
        await node.MustFailAsync(Call.Of("ADD", config) with { Plugin = "bridge", Under = Callers[name].Input }, 999, "not permitted", "root");
    }
}
