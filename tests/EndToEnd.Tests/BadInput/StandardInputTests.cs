using System.Text;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Whatever comes in on standard input, or cannot go out on standard output.</summary>
public sealed class StandardInputTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private static readonly byte[] Good = Encoding.UTF8.GetBytes(BadInputNode.Configuration([]));

    private static readonly BadCases<byte[]> Inputs = new()
    {
        { "nothing", [], 6, "network configuration", "there is no text" },
        { "blanks", "  \n\t "u8.ToArray(), 6, "there is no text" },
        { "no JSON", "hello"u8.ToArray(), 6, "line 1" },
        { "null", "null"u8.ToArray(), 6, "expected an object" },
        { "list", "[{}]"u8.ToArray(), 6, "expected an object" },
        { "text", "\"multinet\""u8.ToArray(), 6, "expected an object" },
        { "empty object", "{}"u8.ToArray(), 7, "name" },
        { "half of it", Good[..(Good.Length / 2)], 6, "not valid JSON" },
        { "two of them", [.. Good, .. Good], 6, "not valid JSON" },
        { "zero bytes", new byte[1000], 6, "not valid JSON" },
        { "zero byte at the end", [.. Good, 0], 6, "not valid JSON" },
        { "zero byte in a name", """{"name": "a\u0000b", "type": "multinet"}"""u8.ToArray(), 7, "network name" },
        { "only a byte order mark", [0xef, 0xbb, 0xbf], 6, "there is no text" },
        { "UTF-16", Encoding.Unicode.GetBytes(BadInputNode.Configuration([])), 6, "not valid JSON" },
        { "bytes that are no text", [.. "{\"name\": \""u8, 0xff, 0xfe, .. "\"}"u8], 6, "name" },
        { "deep nesting", Encoding.UTF8.GetBytes(new string('[', 1_000_000)), 6, "not valid JSON" },
        { "deep objects", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), 6, "not valid JSON" },
        { "a number without end", Encoding.UTF8.GetBytes("{\"attachmentTimeoutSeconds\": " + new string('9', 1_000_000) + "}"), 7, "name" },
        { "17 MB", Encoding.UTF8.GetBytes("{\"x\": \"" + new string('x', 17 << 20) + "\"}"), 5, "16777216" },
        { "comments", "/* x */ {}"u8.ToArray(), 6, "not valid JSON" },
        { "two names", """{"name": "multinet", "NAME": "../x", "clusterNetwork": "x"}"""u8.ToArray(), 7, "network name", "../x" },
    };

    public static TheoryData<string, string> Names
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Inputs.Keys)
            {
                data.Add("ADD", name);
                data.Add("DEL", name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_IsRefused_WhenStandardInputIs(string command, string name)
    {
        var bad = Inputs[name];
        node.DefinePod(BadInputNode.Pod, "storage");
        await node.MustFailAsync(Call.Of(command, []) with { Input = bad.Input }, bad.Code, bad.Says);
    }

    [Theory]
    [InlineData("bridge")]
    [InlineData("ptp")]
    [InlineData("loopback")]
    [InlineData("tuning")]
    [InlineData("host-local")]
    [InlineData("static")]
    public async Task BuiltInPlugins_RefuseTheSame(string plugin)
    {
        foreach (var (name, bad) in Inputs)
        {
            var answer = await node.RunAsync(Call.Of("ADD", []) with { Plugin = plugin, Input = bad.Input });
            answer.MustSay(bad.Code, name is "a number without end" or "two names" ? [] : bad.Says);
        }

        await node.NothingMustBeLeftAsync(plugin);
    }

    [Fact]
    public async Task ByteOrderMark_IsPassedOver()
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        (await node.RunAsync(Call.Of("ADD", []) with { Input = [0xef, 0xbb, 0xbf, .. Good] })).MustSucceed();
        (await node.RunAsync(Call.Of("DEL", []) with { Input = [0xef, 0xbb, 0xbf, .. Good] })).MustSucceed();
        await node.NothingMustBeLeftAsync("ADD and DEL");
    }

    [Fact]
    public async Task ClosedStandardInput_IsAnError() =>
        await node.MustFailAsync(Call.Of("ADD", []) with { Under = """sh -c 'exec "$0" <&-'""" }, 5, "stdin");

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    public async Task NothingIsLeft_WhenTheAnswerCannotBeWritten(string redirection)
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        var answer = await node.RunAsync(Call.Of("ADD", []) with { Under = $"sh -c 'exec \"$0\" {redirection}'" });
        Assert.InRange(answer.ExitCode, 0, 1);
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync(answer.ToString());
    }
}
