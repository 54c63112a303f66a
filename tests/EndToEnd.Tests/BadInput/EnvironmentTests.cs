namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>The variables of a call, missing and invalid one by one.</summary>
public sealed class EnvironmentTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private const string PodOf = "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=";

    // The verb, the variable, and its value; null where it is missing.
    private static readonly BadCases<(string Command, string Variable, string? Value)> Calls = new()
    {
        { "command unknown", ("ADD", "CNI_COMMAND", "ATTACH"), 4, "ATTACH", "GC" },
        { "command lower case", ("ADD", "CNI_COMMAND", "add"), 4, "add" },
        { "command with blank", ("ADD", "CNI_COMMAND", "ADD "), 4, "ADD" },
        { "command of 100 kB", ("ADD", "CNI_COMMAND", new string('A', 100_000)), 4, "AAAA" },
        { "ADD without container", ("ADD", "CNI_CONTAINERID", null), 4, "CNI_CONTAINERID" },
        { "ADD with empty container", ("ADD", "CNI_CONTAINERID", ""), 4, "CNI_CONTAINERID" },
        { "ADD with climbing container", ("ADD", "CNI_CONTAINERID", "../../etc"), 4, "containerID", "../../etc" },
        { "ADD with blank container", ("ADD", "CNI_CONTAINERID", "a b"), 4, "containerID", "a b" },
        { "ADD with long container", ("ADD", "CNI_CONTAINERID", new string('c', 5000)), 4, "CNI_CONTAINERID", "5000" },
        { "ADD without namespace", ("ADD", "CNI_NETNS", null), 4, "CNI_NETNS" },
        { "ADD with empty namespace", ("ADD", "CNI_NETNS", ""), 4, "CNI_NETNS" },
        { "ADD without interface", ("ADD", "CNI_IFNAME", null), 4, "CNI_IFNAME" },
        { "ADD with long interface", ("ADD", "CNI_IFNAME", "sixteen-letters-"), 4, "interface name is too long", "sixteen-letters-" },
        { "ADD with interface ..", ("ADD", "CNI_IFNAME", ".."), 4, "interface name" },
        { "ADD with slash in interface", ("ADD", "CNI_IFNAME", "a/b"), 4, "a/b" },
        { "ADD with colon in interface", ("ADD", "CNI_IFNAME", "a:b"), 4, "a:b" },
        { "ADD with newline in interface", ("ADD", "CNI_IFNAME", "a\nb"), 4, "whitespace" },
        { "ADD with pattern for interface", ("ADD", "CNI_IFNAME", "eth%d"), 4, "eth%d", "contains %" },
        { "ADD with interface lo", ("ADD", "CNI_IFNAME", "lo"), 4, "lo", "already exists" },
        { "ADD without path", ("ADD", "CNI_PATH", null), 4, "CNI_PATH" },
        { "ADD with empty path", ("ADD", "CNI_PATH", ""), 4, "CNI_PATH" },
        { "ADD with arguments that are none", ("ADD", "CNI_ARGS", "nonsense"), 4, "CNI_ARGS", "nonsense", "KEY=VALUE" },
        { "ADD with arguments without key", ("ADD", "CNI_ARGS", "=x"), 4, "CNI_ARGS" },
        { "ADD with climbing pod", ("ADD", "CNI_ARGS", PodOf + "../../x"), 4, "K8S_POD_NAME", "../../x" },
        { "ADD with upper case pod", ("ADD", "CNI_ARGS", PodOf + "Pod1"), 4, "K8S_POD_NAME", "Pod1" },
        { "ADD with climbing namespace of pod", ("ADD", "CNI_ARGS", "K8S_POD_NAME=pod1;K8S_POD_NAMESPACE=../x"), 4, "K8S_POD_NAMESPACE" },
        { "ADD with unknown pod", ("ADD", "CNI_ARGS", PodOf + "nobody"), 11, "default/nobody", BadInputNode.Manifests },
        { "DEL without container", ("DEL", "CNI_CONTAINERID", null), 4, "CNI_CONTAINERID" },
        { "DEL with climbing container", ("DEL", "CNI_CONTAINERID", "../../etc"), 4, "containerID" },
        { "DEL without interface", ("DEL", "CNI_IFNAME", null), 4, "CNI_IFNAME" },
        { "DEL with long interface", ("DEL", "CNI_IFNAME", "sixteen-letters-"), 4, "interface name" },
        { "DEL without path", ("DEL", "CNI_PATH", null), 4, "CNI_PATH" },
        { "CHECK without container", ("CHECK", "CNI_CONTAINERID", null), 4, "CNI_CONTAINERID" },
        { "CHECK without namespace", ("CHECK", "CNI_NETNS", null), 4, "CNI_NETNS" },
        { "CHECK without interface", ("CHECK", "CNI_IFNAME", null), 4, "CNI_IFNAME" },
        { "CHECK of an unknown container", ("CHECK", "CNI_CONTAINERID", "nobody"), 3, "container nobody", "eth0" },
        { "STATUS without path", ("STATUS", "CNI_PATH", null), 4, "CNI_PATH" },
        { "GC without path", ("GC", "CNI_PATH", null), 4, "CNI_PATH" },
    };

    public static TheoryData<string> Names => Calls.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_IsRefused_WhenIts(string name)
    {
        var bad = Calls[name];
        node.DefinePod(BadInputNode.Pod, "storage");
        await node.MustFailAsync(Call.Of(bad.Input.Command, []).With(bad.Input.Variable, bad.Input.Value), bad.Code, bad.Says);
    }

    [Fact]
    public async Task Del_Succeeds_WithWhatAddWouldRefuse()
    {
        foreach (var (variable, value) in new (string, string?)[]
        {
            ("CNI_NETNS", null), ("CNI_NETNS", "/run/netns/nowhere"), ("CNI_NETNS", "/etc/passwd"), ("CNI_NETNS", "/etc"), ("CNI_ARGS", null),
            ("CNI_ARGS", PodOf + "nobody"), ("CNI_CONTAINERID", "nobody"), ("CNI_IFNAME", "other"), ("CNI_PATH", "/nowhere"),
        })
        {
            (await node.RunAsync(Call.Of("DEL", []).With(variable, value))).MustSucceed();
        }

        await node.NothingMustBeLeftAsync("DEL");
    }

    [Fact]
    public async Task BytesThatAreNoText_AreRefused()
    {
        foreach (var variable in new[] { "CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS", "CNI_ARGS" })
        {
            var answer = await node.RunAsync(Call.Of("ADD", []) with { Before = $"export {variable}=$(printf 'a\\377\\376b/c')" });
            answer.MustBeAnError();
            Assert.Equal(4, answer.Error.Code);
            await node.NothingMustBeLeftAsync(answer.ToString());
        }
    }
}
