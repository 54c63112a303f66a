using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.Installing;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Tests.Installing;

public sealed class InstallTests : IDisposable
{
    private const string Calico = """
        {"name": "k8s-pod-network", "cniVersion": "0.3.1", "plugins": [
          {"type": "calico", "log_level": "info"},
          {"type": "portmap", "snat": true, "capabilities": {"portMappings": true, "off": false}},
          {"type": "bandwidth", "capabilities": {"bandwidth": true}}]}
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("multinet-install-").FullName;
    private readonly List<string> _progress = [];

    public InstallTests()
    {
        Directory.CreateDirectory(Bin());
        Directory.CreateDirectory(Conf());
        File.WriteAllText(Path("multinet-built"), "first build");
        File.WriteAllText(Conf("10-calico.conflist"), Calico);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Install_PutsProgramLinksAndConfigurationInPlace()
    {
        Install();
        Assert.Equal("first build", File.ReadAllText(Bin("multinet-1.0.0")));
        Assert.Equal(AtomicFile.Executable, File.GetUnixFileMode(Bin("multinet-1.0.0")));
        Assert.Equal("multinet-1.0.0", new FileInfo(Bin("multinet")).LinkTarget);
        Assert.Equal("multinet", new FileInfo(Bin("bridge")).LinkTarget);
        Assert.Equal("first build", File.ReadAllText(Bin("ptp")));
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(Conf("00-multinet.conflist")));
        Assert.Equal(["00-multinet.conflist", "10-calico.conflist"], Names(Conf()));
        Assert.Equal([".multinet-installed.json", "bridge", "multinet", "multinet-1.0.0", "ptp"], Names(Bin()));
    }

    [Fact]
    public void Configuration_KeepsThePrimaryAsClusterNetworkWithItsCapabilities()
    {
        Install();
        var list = JsonDocument.Parse(File.ReadAllText(Conf("00-multinet.conflist"))).RootElement;
        Assert.Equal("0.3.1", list.GetProperty("cniVersion").GetString());
        Assert.Equal("multinet", list.GetProperty("name").GetString());
        var plugin = Assert.Single(list.GetProperty("plugins").EnumerateArray());
        Assert.Equal("multinet", plugin.GetProperty("type").GetString());
        Assert.Equal(Conf("10-calico.conflist"), plugin.GetProperty("clusterNetwork").GetString());
        Assert.Equal(Bin(), plugin.GetProperty("binDir").GetString());
        Assert.Equal("""{"bandwidth":true,"portMappings":true}""", JsonSerializer.Serialize(plugin.GetProperty("capabilities")));
        Assert.Equal(Calico, File.ReadAllText(Conf("10-calico.conflist")));
    }

    [Fact]
    public void Configuration_MayBeOfANewerVersionThanThePrimary()
    {
        new Installer(Request() with { CniVersion = "1.1.0" }, _progress.Add).Install();
        Assert.Equal("1.1.0", JsonDocument.Parse(File.ReadAllText(Conf("00-multinet.conflist"))).RootElement.GetProperty("cniVersion").GetString());
    }

    [Fact]
    public void Configuration_IsWhatARuntimeReadsFirst()
    {
        Install();
        Assert.Equal("multinet", NetworkConfigList.LoadFirst(Conf()).Name);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"cniVersion": "1.0.0", "name": "x", "plugins": []}""")]
    public void Primary_HalfWritten_IsPassedOver(string text)
    {
        File.WriteAllText(Conf("05-half.conflist"), text);
        Install();
        Assert.Contains("10-calico.conflist", File.ReadAllText(Conf("00-multinet.conflist")), StringComparison.Ordinal);
        Assert.Contains(_progress, line => line.StartsWith($"passed over {Conf("05-half.conflist")}", StringComparison.Ordinal));
    }

    [Fact]
    public void Primary_IsNeverMultus()
    {
        File.WriteAllText(Conf("00-multus.conf"), """{"cniVersion": "1.0.0", "name": "multus-cni-network", "type": "multus-shim", "clusterNetwork": "/x"}""");
        Install();
        Assert.Contains("10-calico.conflist", File.ReadAllText(Conf("00-multinet.conflist")), StringComparison.Ordinal);
    }

    [Fact]
    public void Primary_Missing_InstallsNothing()
    {
        File.Delete(Conf("10-calico.conflist"));
        var error = Assert.Throws<CniException>(() => Install());
        Assert.Contains("no configuration of a cluster network", error.Message, StringComparison.Ordinal);
        Assert.Contains("--config", error.Details, StringComparison.Ordinal);
        Assert.Empty(Names(Bin()));
        Assert.Empty(Names(Conf()));
    }

    [Fact]
    public void Configuration_OfAFile_IsTakenWithItsKeys()
    {
        File.WriteAllText(Path("own.conf"), """{"cniVersion": "1.0.0", "name": "mine", "type": "multinet", "x-unknown": 1.50, "delegates": [{"type": "bridge", "name": "d", "capabilities": {"mac": true}}]}""");
        Install(configFile: Path("own.conf"), manifestDir: _root);
        string text = File.ReadAllText(Conf("00-multinet.conflist"));
        var list = JsonDocument.Parse(text).RootElement;
        Assert.Equal("mine", list.GetProperty("name").GetString());
        var plugin = list.GetProperty("plugins")[0];
        Assert.Equal("1.50", plugin.GetProperty("x-unknown").GetRawText());
        Assert.Equal(_root, plugin.GetProperty("manifestDir").GetString());
        Assert.True(plugin.GetProperty("capabilities").GetProperty("mac").GetBoolean());
        Assert.False(plugin.TryGetProperty("name", out _));
        Assert.Single(plugin.EnumerateObject(), p => p.Name == "type");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type": "multinet"}""")]
    public void Configuration_OfAFileThatWouldNotWork_InstallsNothing(string json)
    {
        File.WriteAllText(Path("own.conf"), json);
        Assert.Throws<CniException>(() => Install(configFile: Path("own.conf")));
        Assert.Empty(Names(Bin()));
        Assert.Equal(["10-calico.conflist"], Names(Conf()));
    }

    [Fact]
    public void Install_Twice_ChangesNothing()
    {
        Install();
        var before = Snapshot();
        _progress.Clear();
        Install();
        Assert.Equal(before, Snapshot());
        Assert.DoesNotContain(_progress, line => line.StartsWith("linked", StringComparison.Ordinal) || line.StartsWith("wrote", StringComparison.Ordinal) || line.StartsWith("installed", StringComparison.Ordinal));
    }

    [Fact]
    public void Upgrade_ReplacesTheProgramAndRemovesTheOldOne()
    {
        Install();
        using var running = File.OpenRead(Bin("bridge"));
        File.WriteAllText(Path("multinet-built"), "second build");
        Install(version: "1.1.0");
        Assert.Equal("second build", File.ReadAllText(Bin("bridge")));
        Assert.False(File.Exists(Bin("multinet-1.0.0")));
        Assert.Equal("first build", new StreamReader(running).ReadToEnd());
    }

    [Fact]
    public void SameVersion_OtherBuild_IsReplaced()
    {
        Install();
        File.WriteAllText(Path("multinet-built"), "fixed build");
        Install();
        Assert.Equal("fixed build", File.ReadAllText(Bin("multinet-1.0.0")));
    }

    [Fact]
    public void ForeignPlugin_IsLeftAlone()
    {
        File.WriteAllText(Bin("bridge"), "theirs");
        Install();
        Assert.Equal("theirs", File.ReadAllText(Bin("bridge")));
        Assert.Contains(_progress, line => line.StartsWith($"left alone: {Bin("bridge")}", StringComparison.Ordinal));
        Uninstall();
        Assert.Equal("theirs", File.ReadAllText(Bin("bridge")));
    }

    [Fact]
    public void ForeignPlugin_WithReplace_IsKeptAsideAndPutBack()
    {
        File.WriteAllText(Bin("bridge"), "theirs");
        File.SetUnixFileMode(Bin("bridge"), AtomicFile.Executable);
        var before = Snapshot();
        Install(replace: true);
        Assert.Equal("first build", File.ReadAllText(Bin("bridge")));
        Assert.Equal("theirs", File.ReadAllText(Bin("bridge.before-multinet")));
        // Installing again, with another version or without --replace, must not lose it.
        Install(version: "1.1.0");
        Assert.Equal("first build", File.ReadAllText(Bin("bridge")));
        Uninstall();
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void ForeignProgramNamedMultinet_IsRefusedWithoutReplace()
    {
        File.WriteAllText(Bin("multinet"), "theirs");
        Assert.Throws<CniException>(() => Install());
        Assert.Equal(["multinet"], Names(Bin()));
        Install(replace: true);
        Assert.Equal("first build", File.ReadAllText(Bin("multinet")));
        Uninstall();
        Assert.Equal("theirs", File.ReadAllText(Bin("multinet")));
    }

    [Fact]
    public void Uninstall_RemovesExactlyWhatWasInstalled()
    {
        File.WriteAllText(Bin("macvlan"), "theirs");
        var before = Snapshot();
        Install();
        Uninstall();
        Assert.Equal(before, Snapshot());
        Assert.False(new Uninstaller(Bin(), _progress.Add).Uninstall(force: false));
    }

    [Fact]
    public void Uninstall_LeavesWhatOthersPutInTheLinksPlace()
    {
        Install();
        File.Delete(Bin("bridge"));
        File.WriteAllText(Bin("bridge"), "theirs");
        Uninstall();
        Assert.Equal("theirs", File.ReadAllText(Bin("bridge")));
    }

    [Fact]
    public void Uninstall_AfterAnInterruptedInstall_RemovesWhatThereIs()
    {
        Install();
        File.Delete(Conf("00-multinet.conflist"));
        File.Delete(Bin("ptp"));
        Uninstall();
        Assert.Empty(Names(Bin()));
    }

    // The installer says what it has done after each step; whoever listens dies at one of them.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InstallInterruptedAtAnyStep_IsFinishedOrRemoved(bool finish)
    {
        File.WriteAllText(Bin("bridge"), "theirs");
        var before = Snapshot();
        int steps = 0;
        for (int dieAt = 1; ; dieAt++)
        {
            steps = 0;
            bool died = false;
            try
            {
                new Installer(Request() with { Replace = true }, _ => DieAt(ref steps, dieAt)).Install();
            }
            catch (InvalidOperationException)
            {
                died = true;
            }
            if (finish)
            {
                Install(replace: true);
                Assert.Equal("first build", File.ReadAllText(Bin("bridge")));
                Assert.Equal("theirs", File.ReadAllText(Bin("bridge.before-multinet")));
                Assert.True(File.Exists(Conf("00-multinet.conflist")));
            }
            new Uninstaller(Bin(), _ => { }).Uninstall(force: true);
            Assert.Equal(before, Snapshot());
            if (!died)
                break;
        }
        Assert.True(steps > 5, $"only {steps} steps");
    }

    [Fact]
    public void UninstallInterruptedAtAnyStep_IsFinished()
    {
        File.WriteAllText(Bin("bridge"), "theirs");
        var before = Snapshot();
        bool died = true;
        for (int dieAt = 1; died; dieAt++)
        {
            Install(replace: true);
            int steps = 0;
            try
            {
                new Uninstaller(Bin(), _ => DieAt(ref steps, dieAt)).Uninstall(force: true);
                died = false;
            }
            catch (InvalidOperationException)
            {
                new Uninstaller(Bin(), _ => { }).Uninstall(force: true);
            }
            Assert.Equal(before, Snapshot());
        }
    }

    [Fact]
    public void Uninstall_WhilePodsAreAttached_IsRefused()
    {
        File.WriteAllText(Path("own.conf"), $$"""{"name": "n", "type": "multinet", "clusterNetwork": "x", "stateDir": "{{Path("state")}}"}""");
        Install(configFile: Path("own.conf"));
        new JournalStore(Path("state")).Write(
            new SandboxJournal { ContainerId = "c1", NetNs = "/x", IfName = "eth0", Created = DateTime.UtcNow, Pod = new("default", "web"), Attachments = [] }, durable: false);
        var error = Assert.Throws<CniException>(() => new Uninstaller(Bin(), _progress.Add).Uninstall(force: false));
        Assert.Equal("1 sandboxes are still attached to further networks: default/web", error.Message);
        Assert.True(File.Exists(Conf("00-multinet.conflist")));
        Uninstall(force: true);
        Assert.Empty(Names(Bin()));
    }

    [Fact]
    public void Record_WithAPath_IsRefused()
    {
        File.WriteAllText(Bin(".multinet-installed.json"), """{"schema": 1, "executables": ["../../x"]}""");
        Assert.Contains("is no file name", Assert.Throws<CniException>(() => Uninstall()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EarlierConfigurationInTheAlphabet_IsWarnedOf()
    {
        File.Move(Conf("10-calico.conflist"), Conf("00-calico.conflist"));
        Install();
        Assert.Contains(_progress, line => line.StartsWith($"warning: {Conf("00-calico.conflist")} comes before", StringComparison.Ordinal));
    }

    [Fact]
    public void SameFolderTwice_IsRefused() =>
        Assert.Contains("different folders", Assert.Throws<CniException>(() => new Installer(Request() with { ConfDir = Bin() }, _progress.Add).Install()).Message, StringComparison.Ordinal);

    [Fact]
    public void FolderThatIsAFile_IsRefused()
    {
        File.WriteAllText(Path("file"), "");
        Assert.Contains("is a file", Assert.Throws<CniException>(() => new Installer(Request() with { BinDir = Path("file") }, _progress.Add).Install()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CommandLine_InstallsItsOwnExecutable()
    {
        string program = System.IO.Path.Combine(AppContext.BaseDirectory, "multinet");
        var call = CommandLine.MultinetProcess.Run("install", "--bin-dir", Bin() + "/", "--conf-dir", Conf());
        Assert.True(call.ExitCode == 0, call.Error);
        Assert.Equal(File.ReadAllBytes(program), File.ReadAllBytes(Bin("multinet")));
        Assert.Equal("multinet", new FileInfo(Bin("host-local")).LinkTarget);
        call = CommandLine.MultinetProcess.Run("uninstall", "--bin-dir", Bin());
        Assert.True(call.ExitCode == 0, call.Error);
        Assert.Empty(Names(Bin()));
        Assert.Equal(["10-calico.conflist"], Names(Conf()));
    }

    private static void DieAt(ref int steps, int dieAt)
    {
        if (++steps == dieAt)
            throw new InvalidOperationException();
    }

    private void Install(string version = "1.0.0", bool replace = false, string? configFile = null, string? manifestDir = null) =>
        new Installer(Request() with { Version = version, Replace = replace, ConfigFile = configFile, ManifestDir = manifestDir }, _progress.Add).Install();

    private void Uninstall(bool force = true) => Assert.True(new Uninstaller(Bin(), _progress.Add).Uninstall(force));

    private InstallRequest Request() => new()
    {
        BinDir = Bin(),
        ConfDir = Conf(),
        Executable = Path("multinet-built"),
        Version = "1.0.0",
        PluginTypes = ["bridge", "ptp"],
    };

    private string Path(string name) => System.IO.Path.Combine(_root, name);

    private string Bin(string name = "") => System.IO.Path.Combine(_root, "bin", name).TrimEnd('/');

    private string Conf(string name = "") => System.IO.Path.Combine(_root, "net.d", name).TrimEnd('/');

    private static string[] Names(string folder) =>
        Directory.GetFileSystemEntries(folder).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();

    // Every file with what it is, the inode included: what is not touched stays the same.
    private string[] Snapshot() =>
        new[] { Bin(), Conf() }.SelectMany(Directory.GetFileSystemEntries).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {new FileInfo(path).LinkTarget ?? File.ReadAllText(path)} {File.GetUnixFileMode(path)}").ToArray();
}
