using System.Diagnostics;

namespace MultiNet.Cni.Tests.Exec;

public sealed class ExecPluginInvokerTests : IDisposable
{
    private readonly ScriptFolder _folder = new();
    private readonly MemoryStream _errors = new();

    public void Dispose() => _folder.Dispose();

    private ExecPluginInvoker Invoker => new(_errors);

    private CniException Fails(string script, CniVerb verb = CniVerb.Add, Deadline deadline = default)
    {
        _folder.Add("plugin", script);
        return Assert.Throws<CniException>(() => Invoker.Invoke("plugin", _folder.Call(verb, deadline: deadline)));
    }

    [Fact]
    public void Invoke_PassesEnvironmentAndConfiguration()
    {
        _folder.Add("plugin", """env | grep '^CNI_' | sort >"$0.env"; cat >"$0.in"; echo '{"ips":[{"address":"10.0.0.1/8"}]}'""");
        var result = Invoker.Invoke("plugin", _folder.Call(config: """{"cniVersion":"0.4.0","name":"ü\u00fc", "x": 1.50}"""))!;
        Assert.Equal("""{"cniVersion":"0.4.0","name":"ü\u00fc", "x": 1.50}""", File.ReadAllText(_folder["plugin.in"]));
        Assert.Equal(
            $"CNI_ARGS=A=b\nCNI_COMMAND=ADD\nCNI_CONTAINERID=c1\nCNI_IFNAME=eth0\nCNI_NETNS=/no/such/netns\nCNI_PATH={_folder.Path}\n",
            File.ReadAllText(_folder["plugin.env"]));
        Assert.Equal(("0.4.0", "10.0.0.1/8"), (result.CniVersion, result.IPs[0].Address.ToString()));
    }

    [Theory]
    [InlineData("TRACEPARENT")]
    [InlineData("TRACESTATE")]
    [InlineData("BAGGAGE")]
    public void Invoke_PassesTraceVariablesOn(string variable)
    {
        _folder.Add("plugin", $"echo ${variable} >$0.out");
        Environment.SetEnvironmentVariable(variable, "trace-value");
        try
        {
            Invoker.Invoke("plugin", _folder.Call(CniVerb.Del));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
        Assert.Equal("trace-value\n", File.ReadAllText(_folder["plugin.out"]));
    }

    [Fact]
    public void Invoke_SetsTheCallsVariablesOnce_WhenTheProcessHasThemToo()
    {
        _folder.Add("plugin", """cat /proc/$$/environ | tr '\0' '\n' | grep -c '^CNI_ARGS=' >"$0.out" """);
        Environment.SetEnvironmentVariable("CNI_ARGS", "outer");
        try
        {
            Invoker.Invoke("plugin", _folder.Call(CniVerb.Del));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CNI_ARGS", null);
        }
        Assert.Equal("1\n", File.ReadAllText(_folder["plugin.out"]));
    }

    [Theory]
    [InlineData("exit 3", 999, "netplugin failed with no error message: exit status 3")]
    [InlineData("echo oops >&2; exit 1", 999, "netplugin failed: \"oops\": exit status 1")]
    [InlineData("echo garbage; exit 1", 999, "netplugin failed but error parsing its diagnostic message \"garbage\": error: not valid JSON")]
    [InlineData("echo '{\"code\":101,\"msg\":\"no room\",\"details\":\"full\"}'; exit 1", 101, "no room")]
    [InlineData("echo '{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"busy\"}'; echo noise >&2; exit 2", 11, "busy")]
    [InlineData("echo '{}'; exit 1", 999, "netplugin plugin failed without a message: exit status 1")]
    [InlineData("echo '{\"code\":\"x\"}'; exit 1", 999, "netplugin failed but error parsing its diagnostic message")]
    [InlineData("kill -SEGV $$", 999, "netplugin failed with no error message: killed by signal SIGSEGV")]
    [InlineData("kill -KILL $$", 999, "netplugin failed with no error message: killed by signal SIGKILL")]
    public void Invoke_ReportsHowThePluginFailed(string script, uint code, string message)
    {
        foreach (var verb in (ReadOnlySpan<CniVerb>)[CniVerb.Add, CniVerb.Del])
        {
            var error = Fails(script, verb);
            Assert.Equal(code, (uint)error.Code);
            Assert.StartsWith(message, error.Message);
        }
    }

    [Fact]
    public void Invoke_KeepsThePluginsDetails() =>
        Assert.Equal("full", Fails("echo '{\"code\":101,\"msg\":\"no room\",\"details\":\"full\"}'; exit 1").Details);

    [Theory]
    [InlineData("true", 6, "printed nothing")]
    [InlineData("echo not json", 6, "not json")]
    [InlineData("echo '[]'", 6, "[]")]
    [InlineData("echo '{\"ips\":3}'", 6, "\"ips\":3")]
    [InlineData("echo '{\"cniVersion\":\"7.0.0\"}'", 1, "7.0.0")]
    public void Invoke_ShowsWhatWasPrinted_WhenAddSucceedsWithoutResult(string script, uint code, string shown)
    {
        var error = Fails(script);
        Assert.Equal(code, (uint)error.Code);
        Assert.Contains("plugin succeeded but its result is invalid", error.Message);
        Assert.Contains(shown, error.Details);
    }

    [Theory]
    [InlineData(CniVerb.Del)]
    [InlineData(CniVerb.Check)]
    [InlineData(CniVerb.Status)]
    [InlineData(CniVerb.Gc)]
    public void Invoke_IgnoresOutput_OfVerbsWithoutResult(CniVerb verb)
    {
        _folder.Add("plugin", "echo garbage");
        Assert.Null(Invoker.Invoke("plugin", _folder.Call(verb)));
    }

    [Fact]
    public void Invoke_TakesNullForAnEmptyResult()
    {
        _folder.Add("plugin", "echo null");
        Assert.Equal("1.0.0", Invoker.Invoke("plugin", _folder.Call())!.CniVersion);
    }

    [Fact]
    public void Invoke_ShortensGarbage()
    {
        var error = Fails("head -c 1000000 /dev/zero | tr '\\0' x");
        Assert.Contains("xxx", error.Details);
        Assert.InRange(error.Details.Length, 1000, 2000);
    }

    [Fact]
    public void Invoke_CopiesStandardErrorAndShowsItsEnd()
    {
        var error = Fails("head -c 300000 /dev/zero | tr '\\0' y >&2; echo THE END >&2; exit 1");
        Assert.Equal(300008, _errors.Length);
        Assert.Contains("yyy", error.Message);
    }

    [Fact]
    public void Invoke_FeedsInput_ThatIsLargerThanAPipe()
    {
        _folder.Add("plugin", "head -c 200000 /dev/zero >&2; wc -c >\"$0.out\"");
        string config = "{\"x\":\"" + new string('a', 1_000_000) + "\"}";
        Invoker.Invoke("plugin", _folder.Call(CniVerb.Del, config));
        Assert.Equal(config.Length.ToString(), File.ReadAllText(_folder["plugin.out"]).Trim());
    }

    [Fact]
    public void Invoke_Survives_WhenThePluginDoesNotReadItsInput()
    {
        _folder.Add("plugin", "exec <&-; true");
        Assert.Null(Invoker.Invoke("plugin", _folder.Call(CniVerb.Del, new string(' ', 1_000_000))));
    }

    [Fact]
    public void Invoke_KillsThePluginAndItsChildren_AtTheDeadline()
    {
        CniException error;
        var patience = TimeSpan.FromMilliseconds(350);
        do
        {
            // On a busy machine it may have to live longer to come so far.
            patience *= 2;
            Assert.True(patience < TimeSpan.FromMinutes(1), "the plugin does not come to its end");
            error = Fails("echo partial; echo reason >&2; sleep 300 & echo $! >\"$0.child\"; echo $$ >\"$0.pid\"; sleep 300", deadline: Deadline.After(patience));
        }
        while (!File.Exists(_folder["plugin.pid"]) || new FileInfo(_folder["plugin.pid"]).Length == 0);
        Assert.StartsWith("netplugin plugin did not answer ADD: killed at the deadline", error.Message);
        Assert.Contains("partial", error.Details);
        Assert.Contains("reason", error.Details);
        foreach (string file in (ReadOnlySpan<string>)["plugin.pid", "plugin.child"])
            AssertEnds(int.Parse(File.ReadAllText(_folder[file])));
    }

    [Fact]
    public void Invoke_DoesNotStart_WhenTheDeadlineHasPassed()
    {
        var error = Fails("touch $0.started", deadline: Deadline.After(TimeSpan.FromSeconds(-1)));
        Assert.Contains("the deadline has passed", error.Message);
        Assert.False(File.Exists(_folder["plugin.started"]));
    }

    [Fact]
    public void Invoke_DoesNotWait_ForAGrandchildThatKeepsThePipesOpen()
    {
        _folder.Add("plugin", "sleep 300 & echo $! >\"$0.child\"; echo '{}'");
        // The deadline would be reported as an error; that it is not shows that nobody waited for it.
        Assert.NotNull(Invoker.Invoke("plugin", _folder.Call(deadline: Deadline.After(TimeSpan.FromSeconds(100)))));
        int child = int.Parse(File.ReadAllText(_folder["plugin.child"]));
        Assert.True(Directory.Exists($"/proc/{child}"), "a process that a plugin leaves behind is left alone");
        using var left = Process.GetProcessById(child);
        left.Kill();
    }

    [Fact]
    public void Invoke_KillsAPluginThatPrintsWithoutEnd()
    {
        var error = Fails("exec yes");
        Assert.Contains("killed after printing more than 16777216 bytes", error.Message);
    }

    [Fact]
    public void Invoke_Retries_WhileTheFileIsBeingWritten()
    {
        // A real executable, since of a script the kernel opens the interpreter.
        File.Copy("/bin/true", _folder["busy"]);
        File.SetUnixFileMode(_folder["busy"], (UnixFileMode)0x1ed);
        var writer = new FileStream(_folder["busy"], FileMode.Open, FileAccess.Write);
        var pauses = new List<int>();
        var invoker = new ExecPluginInvoker(_errors, pause =>
        {
            pauses.Add(pause);
            if (pauses.Count == 3)
                writer.Dispose();
        });
        Assert.Null(invoker.Invoke("busy", _folder.Call(CniVerb.Del)));
        Assert.Equal([10, 20, 40], pauses.Take(3));
    }

    [Fact]
    public void Invoke_ReportsCode11_WhenTheFileStaysOpenForWriting()
    {
        File.Copy("/bin/true", _folder["busy"]);
        File.SetUnixFileMode(_folder["busy"], (UnixFileMode)0x1ed);
        using var writer = new FileStream(_folder["busy"], FileMode.Open, FileAccess.Write);
        int waited = 0;
        var invoker = new ExecPluginInvoker(_errors, pause => waited += pause);
        var error = Assert.Throws<CniException>(() => invoker.Invoke("busy", _folder.Call(CniVerb.Del)));
        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.InRange(waited, 6000, 7000);
        Assert.Contains("open for writing", error.Details);
    }

    [Fact]
    public void Invoke_SaysWhy_WhenTheFileCannotBeExecuted()
    {
        File.WriteAllText(_folder["plain"], "x");
        var error = Assert.Throws<CniException>(() => Invoker.Invoke("plain", _folder.Call()));
        Assert.Contains("Permission denied", error.Message);
    }

    [Fact]
    public void Invoke_SaysWhatIsMissing_WhenTheInterpreterIs()
    {
        File.WriteAllText(_folder["plain"], "#!/no/such/interpreter\n");
        File.SetUnixFileMode(_folder["plain"], (UnixFileMode)0x1ed);
        var error = Assert.Throws<CniException>(() => Invoker.Invoke("plain", _folder.Call()));
        Assert.Contains("interpreter", error.Details);
    }

    [Theory]
    [InlineData("", "no plugin name provided")]
    [InlineData("a/b", "invalid plugin name: a/b")]
    [InlineData("..", "invalid plugin name: ..")]
    [InlineData("absent", "failed to find plugin \"absent\" in path [")]
    [InlineData("folder", "failed to find plugin \"folder\" in path [")]
    public void Resolve_RefusesWhatIsNoPlugin(string type, string message)
    {
        Directory.CreateDirectory(_folder["folder"]);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => Invoker.Resolve(type, [_folder.Path])).Message);
    }

    [Fact]
    public void Resolve_Fails_WithoutPath() =>
        Assert.Equal("no paths provided", Assert.Throws<CniException>(() => Invoker.Resolve("x", [])).Message);

    [Fact]
    public void Resolve_TakesTheFirstFolderAndFollowsLinks()
    {
        using var second = new ScriptFolder();
        second.Add("real", "true");
        File.CreateSymbolicLink(_folder["plugin"], second["real"]);
        second.Add("plugin", "true");
        var source = Invoker.Resolve("plugin", ["/no/such/folder", _folder.Path, second.Path]);
        Assert.Equal((_folder["plugin"], false), (source.ExecutablePath, source.IsBuiltIn));
    }

    [Theory]
    [InlineData("""echo '{"cniVersion":"1.1.0","supportedVersions":["0.4.0","1.0.0"]}'""", "0.4.0 1.0.0")]
    [InlineData("""echo '{"cniVersion":"0.2.0"}'""", "0.2.0")]
    [InlineData("""test "$CNI_COMMAND $CNI_NETNS $CNI_IFNAME $CNI_PATH" = "VERSION dummy dummy dummy" && cat | sed 's/^.*$/{"supportedVersions":["ok"]}/'""", "ok")]
    public void SupportedVersions_AsksTheExecutable(string script, string expected) =>
        Assert.Equal(expected.Split(' '), Invoker.SupportedVersions(_folder.Add("plugin", script)));

    [Theory]
    [InlineData("echo nothing", "answered VERSION with something else")]
    [InlineData("echo '{\"cniVersion\":\"1.0.0\"}'", "supportedVersions: missing")]
    [InlineData("exit 1", "exit status 1")]
    public void SupportedVersions_Fails_WhenTheAnswerIsAnother(string script, string message) =>
        Assert.Contains(message, Assert.Throws<CniException>(() => Invoker.SupportedVersions(_folder.Add("plugin", script))).Message);

    [Fact]
    public void Invoke_LeavesNoDescriptorsAndNoZombies()
    {
        _folder.Add("plugin", "exit 1");
        Assert.Throws<CniException>(() => Invoker.Invoke("plugin", _folder.Call()));
        // Other tests of this process open descriptors at the same time; a leak here would be hundreds.
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (int i = 0; i < 100; i++)
            Assert.Throws<CniException>(() => Invoker.Invoke("plugin", _folder.Call()));
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length, 0, before + 60);
        Assert.Empty(Zombies());
    }

    private string[] Zombies() => [.. Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Where(folder =>
    {
        try
        {
            string stat = File.ReadAllText(folder + "/stat");
            return stat.Contains("(plugin) Z") && stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0] == Environment.ProcessId.ToString();
        }
        catch (IOException)
        {
            return false;
        }
    })];

    private static void AssertEnds(int process)
    {
        var patience = Deadline.After(TimeSpan.FromSeconds(60));
        while (!patience.HasPassed && IsAlive(process))
            Thread.Yield();
        Assert.False(IsAlive(process), $"process {process} still runs");
    }

    private static bool IsAlive(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X'); // a zombie waits for whoever reaps orphans here
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
