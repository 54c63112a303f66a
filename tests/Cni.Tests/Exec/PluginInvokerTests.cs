using MultiNet.Cni.Json;
using MultiNet.Cni.Tests.Host;

namespace MultiNet.Cni.Tests.Exec;

public sealed class PluginInvokerTests : IDisposable
{
    private static readonly string[] Types = ["bridge", "ptp"];
    private readonly ScriptFolder _folder = new();
    private readonly List<string> _made = [];

    public void Dispose() => _folder.Dispose();

    private PluginInvoker Invoker(BuiltinPolicy policy, string self = "/proc/self/exe") => new(
        type =>
        {
            _made.Add(type);
            return new RecordingPlugin { Type = type, OnAdd = _ => new CniResult { Dns = new CniDns { Domain = "built-in" } } };
        },
        Types, policy, new ExecPluginInvoker(Stream.Null), self);

    private string Where(PluginInvoker invoker, string type)
    {
        var source = invoker.Resolve(type, [_folder.Path]);
        return source.IsBuiltIn ? "built in" : Path.GetFileName(source.ExecutablePath!);
    }

    [Theory]
    [InlineData("\"first\"", "bridge", true, "built in")]
    [InlineData("\"first\"", "other", true, "other")]
    [InlineData("\"last\"", "bridge", true, "bridge")]
    [InlineData("\"last\"", "bridge", false, "built in")]
    [InlineData("\"off\"", "bridge", true, "bridge")]
    [InlineData("[\"ptp\"]", "bridge", true, "bridge")]
    [InlineData("[\"ptp\"]", "ptp", true, "built in")]
    [InlineData("null", "bridge", true, "built in")]
    public void Resolve_FollowsThePolicy(string policy, string type, bool fileExists, string expected)
    {
        if (fileExists)
            _folder.Add(type, "true");
        var parsed = BuiltinPolicy.Parse(JsonFields.ParseElement(Json.Bytes(policy), "x"), "multinet: builtin", Types);
        Assert.Equal(expected, Where(Invoker(parsed), type));
        Assert.Empty(_made); // to resolve makes no plugin
    }

    [Theory]
    [InlineData("\"never\"", "multinet: builtin: invalid value \"never\"")]
    [InlineData("[\"bridge\",\"nope\"]", "multinet: builtin[1]: \"nope\" is not built in")]
    [InlineData("true", "multinet: builtin: expected a string, found true")]
    [InlineData("[1]", "multinet: builtin[0]: expected a string")]
    public void Policy_RefusesOtherValues(string policy, string message) => Assert.StartsWith(
        message, Assert.Throws<CniException>(() => BuiltinPolicy.Parse(JsonFields.ParseElement(Json.Bytes(policy), "x"), "multinet: builtin", Types)).Message);

    [Fact]
    public void Resolve_RunsInProcess_WhatIsThisVeryExecutable()
    {
        string self = _folder.Add("multinet", "true");
        File.CreateSymbolicLink(_folder["bridge"], "multinet");
        Assert.Equal("built in", Where(Invoker(BuiltinPolicy.Off, self), "bridge"));
        Assert.Equal("built in", Where(Invoker(BuiltinPolicy.Last, self), "bridge"));
        Assert.Equal("multinet", Where(Invoker(BuiltinPolicy.Off, self), "multinet")); // not one of the built-in types
    }

    [Theory]
    [InlineData("first", "other", "failed to find plugin \"other\" in path [")]
    [InlineData("off", "bridge", "failed to find plugin \"bridge\" in path [")]
    [InlineData("first", "../bridge", "invalid plugin name: ../bridge")]
    public void Resolve_Fails_WhenItIsNowhere(string policy, string type, string message)
    {
        var invoker = Invoker(policy == "off" ? BuiltinPolicy.Off : BuiltinPolicy.First);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => invoker.Resolve(type, [_folder.Path])).Message);
    }

    [Fact]
    public void Resolve_SaysThatItIsBuiltIn_WhenThePolicyForbidsIt() => Assert.Contains(
        "it is built in, but \"builtin\" is \"off\"", Assert.Throws<CniException>(() => Invoker(BuiltinPolicy.Off).Resolve("bridge", [_folder.Path])).Details);

    [Fact]
    public void Invoke_RunsBoth()
    {
        _folder.Add("other", "echo '{\"dns\":{\"domain\":\"exec\"}}'");
        var invoker = Invoker(BuiltinPolicy.First);
        Assert.Equal("built-in", invoker.Invoke("bridge", _folder.Call())!.Dns.Domain);
        Assert.Equal("exec", invoker.Invoke("other", _folder.Call())!.Dns.Domain);
    }

    [Fact]
    public void Invoke_GivesABuiltInPluginTheSameInvoker_ForItsIpam()
    {
        _folder.Add("ipam-x", "test $CNI_COMMAND = ADD && echo '{\"ips\":[{\"address\":\"10.0.0.9/8\"}]}'");
        var invoker = new PluginInvoker(_ => new RecordingPlugin { OnAdd = context => context.InvokeIpam(CniVerb.Add)! }, ["bridge"], BuiltinPolicy.First, new ExecPluginInvoker(Stream.Null));
        var result = invoker.Invoke("bridge", _folder.Call(config: """{"cniVersion":"1.0.0","name":"net","ipam":{"type":"ipam-x"}}"""))!;
        Assert.Equal("10.0.0.9/8", result.IPs[0].Address.ToString());
    }
}
