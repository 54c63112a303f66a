using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>What a plugin says to a caller that speaks the protocol badly, or only asks, beside what the reference says.</summary>
public sealed class PluginProtocolTests
{
    private const string Good = """{"cniVersion": "1.0.0", "name": "net", "type": "bridge", "ipam": {"type": "host-local", "subnet": "10.88.0.0/16"}}""";

    /// <summary>The built-in plugins.</summary>
    public static TheoryData<string> Plugins => [.. TestEnvironment.BuiltInPlugins.Where(p => File.Exists(Path.Combine(TestEnvironment.ReferencePlugins, p)))];

    /// <summary>
    /// A call that is wrong: its name, the environment in which it differs from a good one (an empty value: the variable is missing),
    /// and its standard input.
    /// </summary>
    public static TheoryData<string, string, string> BadCalls => new()
    {
        { "unknown command", "CNI_COMMAND=WALK", Good },
        { "command in lower case", "CNI_COMMAND=add", Good },
        { "no container id", "CNI_CONTAINERID=", Good },
        { "no network namespace", "CNI_NETNS=", Good },
        { "no interface name", "CNI_IFNAME=", Good },
        { "no path", "CNI_PATH=", Good },
        { "nothing but the command", "CNI_CONTAINERID=,CNI_NETNS=,CNI_IFNAME=,CNI_PATH=", Good },
        { "container id with a slash", "CNI_CONTAINERID=a/b", Good },
        { "container id that begins with a dot", "CNI_CONTAINERID=.a", Good },
        { "interface name of one dot", "CNI_IFNAME=.", Good },
        { "interface name of two dots", "CNI_IFNAME=..", Good },
        { "interface name with a colon", "CNI_IFNAME=a:b", Good },
        { "interface name with a blank", "CNI_IFNAME=a b", Good },
        { "interface name of 16 bytes", "CNI_IFNAME=abcdefghijklmnop", Good },
        { "no name", "", Good.Replace("\"name\": \"net\", ", "", StringComparison.Ordinal) },
        { "empty name", "", Good.Replace("\"net\"", "\"\"", StringComparison.Ordinal) },
        { "name with a slash", "", Good.Replace("\"net\"", "\"a/b\"", StringComparison.Ordinal) },
        { "unknown version", "", Good.Replace("1.0.0", "1.2.3", StringComparison.Ordinal) },
        { "CHECK of an old version", "CNI_COMMAND=CHECK", Good.Replace("1.0.0", "0.3.1", StringComparison.Ordinal) },
        { "STATUS of an old version", "CNI_COMMAND=STATUS", Good },
        { "GC of an old version", "CNI_COMMAND=GC", Good },
        { "CHECK without a result", "CNI_COMMAND=CHECK", Good },
        { "STATUS", "CNI_COMMAND=STATUS", Good.Replace("1.0.0", "1.1.0", StringComparison.Ordinal) },
        { "GC", "CNI_COMMAND=GC", Good.Replace("1.0.0", "1.1.0", StringComparison.Ordinal) },
        { "DEL of what never was", "CNI_COMMAND=DEL", Good },
        { "DEL without a network namespace", "CNI_COMMAND=DEL,CNI_NETNS=", Good },
    };

    /// <summary>Standard inputs that are no configuration.</summary>
    public static TheoryData<string> Garbage => ["", "null", "[]", "\"text\"", "{", "{\"name\": 1}", "{\"cniVersion\": []}", "\0\0\0", "{\"name\": \"net\"} trailing"];

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task Version_IsTheSame_AsOfTheReference(string plugin)
    {
        await using var node = await NodeSandbox.StartAsync();
        var environment = new Dictionary<string, string> { ["CNI_COMMAND"] = "VERSION" };

        var expected = await new ConfListRuntime(node, NodeSandbox.ReferenceBin).RunAsync(plugin, "", environment);
        var actual = await new ConfListRuntime(node, NodeSandbox.BuiltInBin).RunAsync(plugin, "", environment);

        Assert.Equal(CanonicalJson.Line(expected.MustSucceed().Json), CanonicalJson.Line(actual.MustSucceed().Json));
    }

    [Theory]
    [MemberData(nameof(BadCalls))]
    public async Task Answer_IsTheSame_AsOfTheReference(string call, string changed, string input)
    {
        await using var node = await NodeSandbox.StartAsync();
        var environment = await GoodEnvironmentAsync(node);
        foreach (var pair in changed.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            if (pair[1].Length > 0)
            {
                environment[pair[0]] = pair[1];
            }
            else
            {
                environment.Remove(pair[0]);
            }
        }

        var expected = await new ConfListRuntime(node, NodeSandbox.ReferenceBin).RunAsync("bridge", input, environment);
        var actual = await new ConfListRuntime(node, NodeSandbox.BuiltInBin).RunAsync("bridge", input, environment);

        Assert.True(expected.ExitCode == actual.ExitCode, $"{call}: {expected}\n{actual}");
        if (!expected.Succeeded)
        {
            Assert.Equal((call, expected.ErrorMessage), (call, actual.ErrorMessage));
            Assert.True(expected.ErrorCode == actual.ErrorCode || expected.ErrorCode == 999, $"{call}: {expected}\n{actual}");
        }
        else
        {
            Assert.Equal(expected.Output, actual.Output);
        }
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_IsADecodingError_OrWhatTheReferenceCallsIt(string input)
    {
        await using var node = await NodeSandbox.StartAsync();
        var environment = await GoodEnvironmentAsync(node);

        var expected = (await new ConfListRuntime(node, NodeSandbox.ReferenceBin).RunAsync("bridge", input, environment)).MustFail();
        var actual = (await new ConfListRuntime(node, NodeSandbox.BuiltInBin).RunAsync("bridge", input, environment)).MustFail();

        // What the reference's parser lets pass (null, a version that is a list) is a decoding error with us, not a missing name.
        Assert.True(actual.ErrorCode == expected.ErrorCode || actual.ErrorCode == 6, $"{expected}\n{actual}");
    }

    [Theory]
    [InlineData("/run/netns/none")]
    [InlineData("/etc")]
    public async Task NetworkNamespace_IsNamed_WhereItIsNone(string path)
    {
        await using var node = await NodeSandbox.StartAsync();
        var environment = await GoodEnvironmentAsync(node);
        environment["CNI_NETNS"] = path;

        var expected = (await new ConfListRuntime(node, NodeSandbox.ReferenceBin).RunAsync("bridge", Good, environment)).MustFail();
        var actual = (await new ConfListRuntime(node, NodeSandbox.BuiltInBin).RunAsync("bridge", Good, environment)).MustFail();

        // What follows is the operating system's reason, in the words of each library.
        Assert.StartsWith($"failed to open netns \"{path}\": ", expected.ErrorMessage, StringComparison.Ordinal);
        Assert.StartsWith($"failed to open netns \"{path}\": ", actual.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> GoodEnvironmentAsync(NodeSandbox node) => new()
    {
        ["CNI_COMMAND"] = "ADD",
        ["CNI_CONTAINERID"] = "container",
        ["CNI_NETNS"] = await node.AddPodAsync("pod1"),
        ["CNI_IFNAME"] = "eth0",
        ["CNI_PATH"] = $"{NodeSandbox.BuiltInBin}:{NodeSandbox.ReferenceBin}",
    };
}
