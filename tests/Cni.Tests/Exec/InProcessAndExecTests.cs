namespace MultiNet.Cni.Tests.Exec;

/// <summary>A plugin that runs in process and the same as an executable: same result, same error.</summary>
public sealed class InProcessAndExecTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public InProcessAndExecTests() => _folder.Add("sample", $"exec \"{Dotnet}\" \"{typeof(SamplePlugin).Assembly.Location}\"");

    private static string Dotnet => Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0.1.0", "")]
    [InlineData("0.2.0", "")]
    [InlineData("0.3.0", "")]
    [InlineData("0.3.1", "")]
    [InlineData("0.4.0", "")]
    [InlineData("1.0.0", "")]
    [InlineData("1.1.0", ",\"domain\":\"<&>\\u00fc\"")]
    [InlineData("0.2.0", ",\"pass\":true")]
    [InlineData("1.1.0", ",\"pass\":true")]
    [InlineData("1.0.0", ",\"pass\":true,\"prevResult\":{\"cniVersion\":\"0.2.0\"}")]
    [InlineData("1.0.0", ",\"pass\":true,\"prevResult\":{\"interfaces\":[{\"name\":\"x\",\"mtu\":9}],\"routes\":[{\"dst\":\"10.0.0.0/8\",\"mtu\":0,\"scope\":0}]}")]
    [InlineData("0.4.0", ",\"fail\":\"no \\u0007 room\"")]
    [InlineData("1.1.0", ",\"bug\":true")]
    [InlineData("3.0.0", "")]
    [InlineData("1.0.0", ",\"ipam\":3,\"runtimeConfig\":4")]
    public void Add_AnswersTheSame(string version, string keys) => AssertSame(CniVerb.Add, version, keys);

    [Theory]
    [InlineData(CniVerb.Del, "0.2.0", "")]
    [InlineData(CniVerb.Del, "1.1.0", ",\"fail\":\"still busy\"")]
    [InlineData(CniVerb.Check, "0.3.1", "")]
    [InlineData(CniVerb.Check, "0.4.0", "")]
    [InlineData(CniVerb.Status, "1.0.0", "")]
    [InlineData(CniVerb.Status, "1.1.0", ",\"fail\":\"no pool\"")]
    [InlineData(CniVerb.Gc, "1.1.0", "")]
    public void OtherVerbs_AnswerTheSame(CniVerb verb, string version, string keys) => AssertSame(verb, version, keys);

    private void AssertSame(CniVerb verb, string version, string keys)
    {
        var call = _folder.Call(verb, $$"""{"cniVersion":"{{version}}","name":"net","type":"sample"{{keys}}}""");
        var exec = new ExecPluginInvoker(Stream.Null);
        string inProcess = Answer(new PluginInvoker(_ => new SamplePlugin(), ["sample"], BuiltinPolicy.First, exec), call);
        string executed = Answer(new PluginInvoker(_ => new SamplePlugin(), ["sample"], BuiltinPolicy.Off, exec), call);
        Assert.Equal(inProcess, executed);
    }

    private static string Answer(PluginInvoker invoker, CniCall call)
    {
        try
        {
            var result = invoker.Invoke("sample", call);
            return result is null ? "no result" : $"{result.CniVersion} {Json.Print(result, "1.1.0")}";
        }
        catch (CniException e)
        {
            // The details of an unexpected failure are a stack trace.
            return $"{e.Code} {e.Message} {(e.Code == CniErrorCode.Internal ? "" : e.Details)}";
        }
    }
}
