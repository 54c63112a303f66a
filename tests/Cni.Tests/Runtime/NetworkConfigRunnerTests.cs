using System.Net;

namespace MultiNet.Cni.Tests.Runtime;

public sealed class NetworkConfigRunnerTests
{
    private static readonly CniResult Address = new()
    {
        CniVersion = "0.2.0", IPs = [new CniIP { Address = new IPPrefix(IPAddress.Parse("10.0.0.5"), 8) }],
    };

    private static readonly RuntimeConfig Runtime = new()
    {
        ContainerId = "c1", NetNs = "/ns", IfName = "eth0", Args = [new("K", "v"), new("K2", "v2")],
    };

    private static NetworkConfigList List(string version = "1.0.0", string keys = "", params string[] plugins) => NetworkConfigList.Parse(
        Json.Bytes($$"""{"cniVersion":"{{version}}","name":"net",{{keys}}"plugins":[{{string.Join(',', plugins.Length == 0 ? ["{\"type\":\"a\"}", "{\"type\":\"b\"}", "{\"type\":\"c\"}"] : plugins)}}]}"""), "test");

    private static NetworkConfigRunner Runner(ScriptedInvoker invoker, Action<PluginRun>? onPlugin = null) => new(invoker, ["/opt/bin"]) { OnPlugin = onPlugin };

    [Fact]
    public void Add_ChainsResultsInOrderAndInTheConfigurationsVersion()
    {
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "c" ? null : Address };
        var result = Runner(invoker).Add(List("0.4.0"), Runtime);
        const string Prev = ""","prevResult":{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.5/8"}],"dns":{}}}""";
        Assert.Equal(
            ["""{"type":"a","name":"net","cniVersion":"0.4.0"}""", """{"type":"b","name":"net","cniVersion":"0.4.0" """.TrimEnd() + Prev, """{"type":"c","name":"net","cniVersion":"0.4.0" """.TrimEnd() + Prev],
            invoker.Configs);
        var call = invoker.Calls[0].Call;
        Assert.Equal((CniVerb.Add, "c1", "/ns", "eth0", "K=v;K2=v2"), (call.Verb, call.ContainerId, call.NetNs, call.IfName, call.Args));
        Assert.Equal(["/opt/bin"], call.Path);
        Assert.Empty(result.IPs); // the last plugin's, which printed none
    }

    [Fact]
    public void Add_PassesUnknownKeysByteForByte()
    {
        const string Plugin = """{ "type" : "a", "u":"\u00fc\/", "n":1.0e+2, "big":123456789012345678901234567890, "cniVersion":"9", "nested":{"name":"stays", "x":[1, 2 ,3]}, "n":1 }""";
        var invoker = new ScriptedInvoker();
        Runner(invoker).Add(List("1.0.0", "", Plugin), Runtime);
        Assert.Equal(
            """{"type" : "a","u":"\u00fc\/","n":1.0e+2,"big":123456789012345678901234567890,"nested":{"name":"stays", "x":[1, 2 ,3]},"n":1,"name":"net","cniVersion":"1.0.0"}""",
            Assert.Single(invoker.Configs));
    }

    [Fact]
    public void Add_GivesEachPluginTheCapabilitiesThatItDeclares()
    {
        var invoker = new ScriptedInvoker();
        var runtime = Runtime with
        {
            CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>> { ["mac"] = Json.Bytes("\"aa:bb\""), ["ips"] = Json.Bytes("[ 1 ]"), ["other"] = Json.Bytes("1") },
        };
        Runner(invoker).Add(List("1.0.0", "", """{"type":"a","capabilities":{"ips":true,"mac":true,"portMappings":true}}""", """{"type":"b","capabilities":{"mac":false}}"""), runtime);
        Assert.EndsWith(""","runtimeConfig":{"ips":[ 1 ],"mac":"aa:bb"}}""", invoker.Configs.First());
        Assert.DoesNotContain("runtimeConfig", invoker.Configs.Last());
    }

    [Fact]
    public void Add_StopsAtTheFirstError_AndNamesThePlugin()
    {
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "b" ? throw new CniException((CniErrorCode)101, "no room", "full") : Address };
        var error = Assert.Throws<CniException>(() => Runner(invoker).Add(List(), Runtime));
        Assert.Equal((101u, "plugin type=\"b\" name=\"net\" failed (add): no room", "full"), ((uint)error.Code, error.Message, error.Details));
        Assert.Equal(["a", "b"], invoker.Calls.Select(c => c.Type));
    }

    [Theory]
    [InlineData("", "eth0", CniErrorCode.UnknownContainer, "missing containerID")]
    [InlineData("a/b", "eth0", CniErrorCode.InvalidEnvironmentVariables, "invalid characters in containerID")]
    [InlineData("c", "", CniErrorCode.InvalidEnvironmentVariables, "interface name is empty")]
    public void Add_ValidatesItsParameters(string container, string ifName, CniErrorCode code, string message)
    {
        var error = Assert.Throws<CniException>(() => Runner(new ScriptedInvoker()).Add(List(), Runtime with { ContainerId = container, IfName = ifName }));
        Assert.Equal((code, message), (error.Code, error.Message));
    }

    [Fact]
    public void Add_RefusesAnInvalidNetworkName()
    {
        var list = NetworkConfigList.Parse(Json.Bytes("""{"name":"a b","type":"x"}"""), "test");
        Assert.Equal("invalid characters found in network name", Assert.Throws<CniException>(() => Runner(new ScriptedInvoker()).Add(list, Runtime)).Message);
    }

    [Theory]
    [InlineData("0.4.0", true)]
    [InlineData("0.3.1", false)]
    public void Del_RunsInReverseWithTheFinalResult_Since040(string version, bool expected)
    {
        var invoker = new ScriptedInvoker();
        Runner(invoker).Del(List(version), Runtime, Address);
        Assert.Equal(["c", "b", "a"], invoker.Calls.Select(c => c.Type));
        Assert.All(invoker.Configs, config => Assert.Equal(expected, config.Contains("prevResult")));
    }

    [Fact]
    public void Del_GoesOnOverFailures_AndReportsAll()
    {
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "b" ? null : throw new CniException((CniErrorCode)(type == "c" ? 100u : 200u), "no " + type, type) };
        var error = Assert.Throws<CniException>(() => Runner(invoker).Del(List(), Runtime, null));
        Assert.Equal(["c", "b", "a"], invoker.Calls.Select(c => c.Type));
        Assert.Equal(
            (100u, "plugin type=\"c\" name=\"net\" failed (delete): no c; plugin type=\"a\" name=\"net\" failed (delete): no a", "c; a"),
            ((uint)error.Code, error.Message, error.Details));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(6, false)]
    [InlineData(7, false)]
    [InlineData(5, true)]
    [InlineData(999, true)]
    public void Del_AfterAFailedAdd_PassesOverPluginsThatRefuseTheirConfiguration(uint code, bool fails)
    {
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "b" ? throw new CniException((CniErrorCode)code, "no") : null };
        var error = Record.Exception(() => Runner(invoker).Del(List(), Runtime, null, wasAdded: false));
        Assert.Equal(fails, error is CniException);
        Assert.Equal(["c", "b", "a"], invoker.Calls.Select(c => c.Type));
        Assert.Throws<CniException>(() => Runner(invoker).Del(List(), Runtime, null));
    }

    [Fact]
    public void Del_LeavesTimeForThePluginsAfterAHangingOne()
    {
        var invoker = new ScriptedInvoker();
        var deadline = Deadline.After(TimeSpan.FromSeconds(1000));
        Runner(invoker).Del(List(), Runtime, null, deadline);
        Assert.InRange(invoker.Calls[0].Call.Deadline.RemainingMilliseconds, 700_000, 760_000);
        Assert.Equal(deadline, invoker.Calls[^1].Call.Deadline);
    }

    [Fact]
    public void Check_RunsInOrderWithTheFinalResult_AndDoesNotWrapErrors()
    {
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "b" ? throw new CniException((CniErrorCode)101, "gone") : null };
        var error = Assert.Throws<CniException>(() => Runner(invoker).Check(List(), Runtime, Address));
        Assert.Equal("gone", error.Message);
        Assert.Equal(["a", "b"], invoker.Calls.Select(c => c.Type));
        Assert.All(invoker.Configs, config => Assert.Contains("prevResult", config));
    }

    [Fact]
    public void Check_AsksNobody_WhenDisabled()
    {
        var invoker = new ScriptedInvoker();
        Runner(invoker).Check(List("1.0.0", "\"disableCheck\":true,"), Runtime, Address);
        Assert.Empty(invoker.Calls);
    }

    [Fact]
    public void Check_Fails_WhenTheVersionHasNone() => Assert.Equal(
        "configuration version \"0.3.1\" does not support the CHECK command",
        Assert.Throws<CniException>(() => Runner(new ScriptedInvoker()).Check(List("0.3.1"), Runtime, null)).Message);

    [Theory]
    [InlineData("1.1.0", 3)]
    [InlineData("1.0.0", 0)]
    public void Status_AsksPlugins_Since110(string version, int calls)
    {
        var invoker = new ScriptedInvoker();
        Runner(invoker).Status(List(version));
        Assert.Equal(calls, invoker.Calls.Count);
        Assert.All(invoker.Calls, call => Assert.Equal((CniVerb.Status, "", ""), (call.Call.Verb, call.Call.ContainerId, call.Call.Args)));
    }

    [Fact]
    public void Status_SurfacesThePluginsCodeUnchanged()
    {
        var invoker = new ScriptedInvoker { Answer = (_, _) => throw new CniException(CniErrorCode.LimitedConnectivity, "half") };
        var error = Assert.Throws<CniException>(() => Runner(invoker).Status(List("1.1.0")));
        Assert.Equal((CniErrorCode.LimitedConnectivity, "half"), (error.Code, error.Message));
    }

    [Fact]
    public void Gc_InjectsBothKeys_AndGoesOnOverFailures()
    {
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "a" ? throw new CniException((CniErrorCode)101, "stuck") : null };
        var error = Assert.Throws<CniException>(() => Runner(invoker).Gc(List("1.1.0"), [new GcAttachment("c1", "eth0")]));
        Assert.Equal("plugin type=\"a\" name=\"net\" failed (gc): stuck", error.Message);
        Assert.Equal(3, invoker.Calls.Count);
        const string Valid = """[{"containerID":"c1","ifname":"eth0"}]""";
        Assert.All(invoker.Configs, config => Assert.EndsWith($",\"cni.dev/valid-attachments\":{Valid},\"cni.dev/attachments\":{Valid}}}", config));
    }

    [Theory]
    [InlineData("1.0.0", "")]
    [InlineData("1.1.0", "\"disableGC\":\"true\",")]
    public void Gc_AsksNobody_WhenOlderOrDisabled(string version, string keys)
    {
        var invoker = new ScriptedInvoker();
        Runner(invoker).Gc(List(version, keys), []);
        Assert.Empty(invoker.Calls);
    }

    [Fact]
    public void OnPlugin_TellsOfEachPlugin()
    {
        var runs = new List<PluginRun>();
        var invoker = new ScriptedInvoker { Answer = (type, _) => type == "b" ? throw new CniException((CniErrorCode)101, "no") : Address };
        Assert.Throws<CniException>(() => Runner(invoker, runs.Add).Add(List(), Runtime));
        Assert.Equal(["a Add True -", "b Add False no"], runs.Select(r => $"{r.Type} {r.Verb} {r.Result is not null} {r.Error?.Message ?? "-"}"));
        Assert.All(runs, run => Assert.True(run.Source!.IsBuiltIn));
    }
}
