using System.Text.Json;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>
/// <c>kill -9</c> at every step of an installation, as in <see cref="KillTests"/>: the node always has a configuration that works or none of ours, and what was begun
/// is finished by the next installation or removed.
/// </summary>
public sealed class InstallKillTests : IDisposable
{
    private const string Cluster = """{"name": "cluster", "cniVersion": "1.0.0", "plugins": [{"type": "bridge"}, {"type": "portmap", "capabilities": {"portMappings": true}}]}""";

    private readonly string _root = Directory.CreateTempSubdirectory("multinet-killed-").FullName;

    public InstallKillTests()
    {
        Directory.CreateDirectory(Bin());
        Directory.CreateDirectory(Conf());
        File.WriteAllText(Conf("10-cluster.conflist"), Cluster);
        File.WriteAllText(Bin("portmap"), "theirs");
    }

    /// <summary>The kinds of steps.</summary>
    public static TheoryData<string> Steps => ["write,pwrite64,sendfile,copy_file_range,ftruncate", "rename,renameat,renameat2", "unlink,unlinkat,rmdir", "symlink,symlinkat,link,linkat", "fsync", "mkdir,mkdirat"];

    /// <summary>The kinds of steps of an uninstallation.</summary>
    public static TheoryData<string> StepsBack => ["rename,renameat,renameat2", "unlink,unlinkat,rmdir"];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Install_KilledAtEveryStep_LeavesANodeThatWorks_AndIsFinishedOrRemoved(string calls)
    {
        var before = Snapshot();
        for (var n = 1; ; n++)
        {
            var killed = (await KilledAsync(calls, n, Install)).ExitCode != 0;
            MustWork();
            if (n % 2 == 0)
            {
                (await Command.RunAsync([TestEnvironment.MultiNet, .. Install])).MustSucceed("install after a killed one");
                MustWork();
                Assert.True(File.Exists(Conf("00-multinet.conflist")));
            }

            (await Command.RunAsync([TestEnvironment.MultiNet, .. Uninstall])).MustSucceed("uninstall after a killed install");
            Assert.Equal(before, Snapshot());
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    [Theory]
    [MemberData(nameof(StepsBack))]
    public async Task Uninstall_KilledAtEveryStep_LeavesANodeThatWorks_AndIsFinished(string calls)
    {
        var before = Snapshot();
        for (var n = 1; ; n++)
        {
            (await Command.RunAsync([TestEnvironment.MultiNet, .. Install])).MustSucceed("install");
            var killed = (await KilledAsync(calls, n, Uninstall)).ExitCode != 0;
            MustWork();
            (await Command.RunAsync([TestEnvironment.MultiNet, .. Uninstall])).MustSucceed("uninstall after a killed one");
            Assert.Equal(before, Snapshot());
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    [Fact]
    public async Task Executable_IsReplaced_WhileItRuns()
    {
        (await Command.RunAsync([TestEnvironment.MultiNet, .. Install])).MustSucceed("install");
        using var running = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Bin("multinet"), [.. Install, "--follow"]) { RedirectStandardError = true })!;
        try
        {
            // Another build of the same version: the same file, with a byte more behind it.
            var other = Path.Combine(_root, "multinet");
            File.Copy(TestEnvironment.MultiNet, other);
            await using (var file = File.Open(other, FileMode.Append))
            {
                file.WriteByte(0);
            }

            (await Command.RunAsync([other, .. Install])).MustSucceed("install over a running executable");
            Assert.False(running.HasExited);
            (await Command.RunAsync([Bin("multinet"), "version"])).MustSucceed("the new executable");
        }
        finally
        {
            running.Kill();
            await running.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Follower_Ended_LeavesEverythingInPlace(string signal)
    {
        using var follower = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(TestEnvironment.MultiNet, [.. Install, "--follow"]) { RedirectStandardError = true })!;
        var said = await follower.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.StartsWith("changed: installed", said, StringComparison.Ordinal);
        var before = Snapshot();
        (await Command.RunAsync(["kill", "-s", signal, $"{follower.Id}"])).MustSucceed("kill");
        await follower.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(signal == "TERM" ? 0 : 137, follower.ExitCode);
        Assert.Equal(before, Snapshot());
        MustWork();
    }

    private string[] Install => ["install", "--bin-dir", Bin(), "--conf-dir", Conf(), "--service-account", Account(), "--api-server", "https://10.0.0.1:6443", "--replace"];

    private string[] Uninstall => ["uninstall", "--bin-dir", Bin()];

    private static Task<CommandResult> KilledAsync(string calls, int n, string[] arguments) => Command.RunAsync(
        ["strace", "--follow-forks", "-qqq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:signal=KILL:when={n}", TestEnvironment.MultiNet, .. arguments]);

    // Either a runtime does not see us, or it finds a whole configuration, its executable, and the plugin of each name.
    private void MustWork()
    {
        Assert.Equal(Cluster, File.ReadAllText(Conf("10-cluster.conflist")));
        Assert.True(File.Exists(Bin("portmap")), "the cluster network's plugin is gone");
        if (!File.Exists(Conf("00-multinet.conflist")))
        {
            return;
        }

        var plugin = JsonDocument.Parse(File.ReadAllText(Conf("00-multinet.conflist"))).RootElement.GetProperty("plugins")[0];
        Assert.Equal(Conf("10-cluster.conflist"), plugin.GetProperty("clusterNetwork").GetString());
        Assert.Equal(new FileInfo(TestEnvironment.MultiNet).Length, File.ReadAllBytes(Bin("multinet")).Length);
        Assert.True(File.GetUnixFileMode(Bin("multinet")).HasFlag(UnixFileMode.UserExecute));
        JsonDocument.Parse(File.ReadAllText(plugin.GetProperty("kubeconfig").GetString()!));
    }

    private string Account()
    {
        var folder = Path.Combine(_root, "account");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "token"), "a.b.c");
            File.WriteAllText(Path.Combine(folder, "ca.crt"), "authority");
        }

        return folder;
    }

    private string Bin(string name = "") => Path.Combine(_root, "bin", name).TrimEnd('/');

    private string Conf(string name = "") => Path.Combine(_root, "net.d", name).TrimEnd('/');

    private string[] Snapshot() =>
        [.. new[] { Bin(), Conf() }.SelectMany(f => Directory.GetFileSystemEntries(f, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)
            .Select(p => $"{p} {new FileInfo(p).LinkTarget} {(File.Exists(p) ? new FileInfo(p).Length : 0)}")];
}
