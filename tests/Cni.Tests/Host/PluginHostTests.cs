using System.Net;
using MultiNet.Cni.Json;

namespace MultiNet.Cni.Tests.Host;

public sealed class PluginHostTests
{
    private const string Config = """{"cniVersion":"1.1.0","name":"net","type":"recording"}""";

    private static readonly CniResult OneAddress = new()
    {
        Interfaces = [new CniInterface { Name = "eth0", Mtu = 1500, Sandbox = "/ns" }],
        IPs = [new CniIP { Address = new IPPrefix(IPAddress.Parse("10.1.2.3"), 24), Interface = 0 }],
    };

    private static Dictionary<string, string> Environment(string command) => new()
    {
        ["CNI_COMMAND"] = command,
        ["CNI_CONTAINERID"] = "c1",
        ["CNI_NETNS"] = "/no/such/netns",
        ["CNI_IFNAME"] = "eth0",
        ["CNI_PATH"] = "/opt/a:/opt/b",
    };

    private static (int ExitCode, string Output, string Errors) Run(RecordingPlugin plugin, Dictionary<string, string> environment, string config = Config)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        int code = PluginHost.Run(
            plugin, new NoInvoker(), environment.GetValueOrDefault!, new MemoryStream(Json.Bytes(config).ToArray()), output, errors);
        return (code, Json.Text(output.ToArray()), Json.Text(errors.ToArray()));
    }

    private static (uint Code, string Message, string Details, string Version) Error((int ExitCode, string Output, string Errors) run)
    {
        Assert.Equal(1, run.ExitCode);
        var fields = JsonFields.Parse(Json.Bytes(run.Output), "error");
        return ((uint)fields.NullableInt("code")!, fields.String("msg"), fields.String("details"), fields.String("cniVersion"));
    }

    [Fact]
    public void Print_KeepsErrorsOnOneLine_OfSomeLength()
    {
        var fields = JsonFields.Parse(PluginHost.Print(new CniException(CniErrorCode.Internal, "a\nb\0" + new string('m', 10_000), new string('d', 100_000)), "1.0.0"), "error");
        Assert.StartsWith("a\\nb\\x00mmm", fields.String("msg"), StringComparison.Ordinal);
        Assert.EndsWith("... (10004 characters)", fields.String("msg"), StringComparison.Ordinal);
        Assert.EndsWith("... (100000 characters)", fields.String("details"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ADD", "CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH")]
    [InlineData("DEL", "CNI_CONTAINERID,CNI_IFNAME,CNI_PATH")]
    [InlineData("CHECK", "CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH")]
    [InlineData("STATUS", "CNI_PATH")]
    [InlineData("GC", "CNI_PATH")]
    public void Run_NamesAllMissingVariables(string command, string missing)
    {
        var error = Error(Run(new RecordingPlugin(), new() { ["CNI_COMMAND"] = command }));
        Assert.Equal((4u, $"required env variables [{missing}] missing"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("CNI_COMMAND", "FOO", 4, "unknown CNI_COMMAND: FOO")]
    [InlineData("CNI_COMMAND", "add", 4, "unknown CNI_COMMAND: add")]
    [InlineData("CNI_CONTAINERID", "../x", 4, "invalid characters in containerID")]
    [InlineData("CNI_IFNAME", "sixteen-bytes-16", 4, "interface name is too long")]
    [InlineData("CNI_IFNAME", "ääääääää", 4, "interface name is too long")]
    [InlineData("CNI_IFNAME", "..", 4, "interface name is . or ..")]
    [InlineData("CNI_IFNAME", "net%d", 4, "interface name contains %")]
    [InlineData("CNI_IFNAME", "a/b", 4, "interface name contains / or : or whitespace characters")]
    [InlineData("CNI_IFNAME", "a b", 4, "interface name contains / or : or whitespace characters")]
    public void Run_RefusesInvalidVariables(string variable, string value, uint code, string message)
    {
        var environment = Environment("ADD");
        environment[variable] = value;
        var error = Error(Run(new RecordingPlugin(), environment));
        Assert.Equal((code, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("", 6, "error unmarshall network config:")]
    [InlineData("{", 6, "error unmarshall network config:")]
    [InlineData("[]", 6, "error unmarshall network config:")]
    [InlineData("""{"cniVersion":1,"name":"net"}""", 6, "error unmarshall network config:")]
    [InlineData("""{"cniVersion":"1.1.0"}""", 7, "missing network name")]
    [InlineData("""{"cniVersion":"1.1.0","name":"/n"}""", 7, "invalid characters found in network name")]
    [InlineData("""{"cniVersion":"9.9.9","name":"net"}""", 1, "incompatible CNI versions")]
    public void Run_RefusesInvalidConfigurations(string config, uint code, string message)
    {
        var plugin = new RecordingPlugin();
        var error = Error(Run(plugin, Environment("ADD"), config));
        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message);
        Assert.Empty(plugin.Calls);
    }

    [Fact]
    public void Run_NamesBothSides_WhenVersionsDoNotMatch()
    {
        var plugin = new RecordingPlugin { SupportedVersions = ["0.4.0", "1.0.0"] };
        var error = Error(Run(plugin, Environment("ADD")));
        Assert.Equal("config is \"1.1.0\", plugin supports [\"0.4.0\" \"1.0.0\"]", error.Details);
    }

    [Theory]
    [InlineData("CHECK", "0.3.1", "config version does not allow CHECK")]
    [InlineData("CHECK", "", "config version does not allow CHECK")]
    [InlineData("GC", "1.0.0", "config version does not allow GC")]
    [InlineData("STATUS", "1.0.0", "config version does not allow STATUS")]
    public void Run_RefusesVerbsThatTheConfigurationsVersionLacks(string command, string version, string message)
    {
        var error = Error(Run(new RecordingPlugin(), Environment(command), $$"""{"cniVersion":"{{version}}","name":"net"}"""));
        Assert.Equal((1u, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("CHECK", "0.3.1")]
    [InlineData("GC", "1.0.0")]
    [InlineData("STATUS", "1.0.0")]
    public void Run_RefusesVerbsThatThePluginsVersionsLack(string command, string newest)
    {
        var error = Error(Run(new RecordingPlugin { SupportedVersions = [newest] }, Environment(command)));
        Assert.Equal((1u, $"plugin version does not allow {command}"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("DEL", CniVerb.Del)]
    [InlineData("CHECK", CniVerb.Check)]
    [InlineData("STATUS", CniVerb.Status)]
    [InlineData("GC", CniVerb.Gc)]
    public void Run_PrintsNothing_WhenVerbsWithoutResultSucceed(string command, CniVerb verb)
    {
        var plugin = new RecordingPlugin();
        Assert.Equal((0, "", ""), Run(plugin, Environment(command)));
        Assert.Equal(verb, Assert.Single(plugin.Calls).Verb);
    }

    [Fact]
    public void Run_HandsOverTheCall()
    {
        var plugin = new RecordingPlugin();
        var environment = Environment("DEL");
        environment["CNI_ARGS"] = "A=b";
        environment.Remove("CNI_NETNS");
        Run(plugin, environment);
        var call = plugin.Calls[0].Context.Call;
        Assert.Equal(("c1", "", "eth0", "A=b"), (call.ContainerId, call.NetNs, call.IfName, call.Args));
        Assert.Equal(["/opt/a", "/opt/b"], call.Path);
        Assert.Equal(Config, Json.Text(call.Config.Span));
    }

    [Theory]
    [InlineData("0.2.0")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void Run_PrintsTheResultInTheConfigurationsVersion(string version)
    {
        var run = Run(new RecordingPlugin { OnAdd = _ => OneAddress }, Environment("ADD"), Config.Replace("1.1.0", version));
        Assert.Equal((0, Json.Print(OneAddress, version)), (run.ExitCode, run.Output));
    }

    [Fact]
    public void Run_PrintsThePluginsErrorWithTheConfigurationsVersion()
    {
        var plugin = new RecordingPlugin { OnAdd = _ => throw new CniException((CniErrorCode)101, "no <room>", "full") };
        var run = Run(plugin, Environment("ADD"), Config.Replace("1.1.0", "0.4.0"));
        Assert.Equal(
            "{\n    \"cniVersion\": \"0.4.0\",\n    \"code\": 101,\n    \"msg\": \"no \\u003croom\\u003e\",\n    \"details\": \"full\"\n}", run.Output);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public void Run_MakesAnErrorObjectOfAnUnexpectedException()
    {
        var error = Error(Run(new RecordingPlugin { On = (_, _) => throw new InvalidOperationException("bug") }, Environment("DEL")));
        Assert.Equal((999u, "recording: unexpected InvalidOperationException: bug"), (error.Code, error.Message));
    }

    [Fact]
    public void Run_AnswersVersion_WithoutReadingStandardInput()
    {
        using var output = new MemoryStream();
        int code = PluginHost.Run(
            new RecordingPlugin { SupportedVersions = ["0.4.0", "1.0.0"] }, new NoInvoker(),
            name => name == "CNI_COMMAND" ? "VERSION" : null, new BrokenStream(), output, Stream.Null);
        Assert.Equal((0, "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.4.0\",\"1.0.0\"]}\n"), (code, Json.Text(output.ToArray())));
    }

    [Fact]
    public void Run_TellsWhatItIs_WhenStartedByHand() => Assert.Equal(
        (0, "", "CNI recording plugin\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n"),
        Run(new RecordingPlugin(), []));

    [Fact]
    public void Run_ReportsCode5_WhenStandardInputCannotBeRead()
    {
        using var output = new MemoryStream();
        int code = PluginHost.Run(new RecordingPlugin(), new NoInvoker(), Environment("ADD").GetValueOrDefault!, new BrokenStream(), output, Stream.Null);
        Assert.Equal((5u, "error reading from stdin: broken"), (Error((code, Json.Text(output.ToArray()), "")).Code, Error((code, Json.Text(output.ToArray()), "")).Message));
    }

    [Fact]
    public void Run_RefusesInput_WhenLongerThanTheLimit()
    {
        var error = Error(Run(new RecordingPlugin(), Environment("ADD"), new string(' ', PluginHost.MaxInput + 1)));
        Assert.Equal((5u, $"error reading from stdin: longer than {PluginHost.MaxInput} bytes"), (error.Code, error.Message));
    }

    [Fact]
    public void Run_FailsWithoutCrash_WhenStandardOutputIsClosed() => Assert.Equal(1, PluginHost.Run(
        new RecordingPlugin(), new NoInvoker(), Environment("ADD").GetValueOrDefault!, new MemoryStream(Json.Bytes(Config).ToArray()), new BrokenStream(), Stream.Null));

    [Theory]
    [InlineData("ADD")]
    [InlineData("DEL")]
    [InlineData("CHECK")]
    public void Run_RefusesItsOwnNamespace_BeforeThePluginIsCalled(string command)
    {
        var plugin = new RecordingPlugin();
        var environment = Environment(command);
        environment["CNI_NETNS"] = "/proc/self/ns/net";
        var error = Error(Run(plugin, environment));
        Assert.Equal((8u, "plugin's netns and netns from CNI_NETNS should not be the same"), (error.Code, error.Message));
        Assert.Empty(plugin.Calls);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("True")]
    public void Run_WorksInItsOwnNamespace_WhenTheOverrideSaysSo(string value)
    {
        var environment = Environment("DEL");
        environment["CNI_NETNS"] = "/proc/self/ns/net";
        environment["CNI_NETNS_OVERRIDE"] = value;
        Assert.Equal(0, Run(new RecordingPlugin(), environment).ExitCode);
    }

    [Fact]
    public void Invoke_ConvertsTheResult_AsAnExecutedPluginWould()
    {
        var call = new CniCall { Verb = CniVerb.Add, ContainerId = "c", NetNs = "/x", IfName = "eth0", Config = Json.Bytes(Config.Replace("1.1.0", "0.4.0")) };
        var result = PluginHost.Invoke(new RecordingPlugin { OnAdd = _ => OneAddress }, call, new NoInvoker())!;
        Assert.Equal(("0.4.0", 0), (result.CniVersion, result.Interfaces[0].Mtu));
    }

    [Fact]
    public void Invoke_ValidatesTheCall()
    {
        var error = Assert.Throws<CniException>(() => PluginHost.Invoke(new RecordingPlugin(), new CniCall { Verb = CniVerb.Add }, new NoInvoker()));
        Assert.Equal("required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME] missing", error.Message);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("broken");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("broken");
    }
}
