using System.Text.Json;
using MultiNet.Meta.Installing;

namespace MultiNet.Meta.Tests.Installing;

public sealed class InstallationFollowerTests : IDisposable
{
    private const string Calico = """{"name": "k8s-pod-network", "cniVersion": "1.0.0", "plugins": [{"type": "calico", "capabilities": {"bandwidth": true}}]}""";

    private readonly NodeFolders _node = new();
    private readonly ManualClock _clock = new();
    private readonly List<InstallationEvent> _events = [];
    private InstallationFollower _follower;

    public InstallationFollowerTests() => _follower = Follow(_node.Request);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void FirstLook_Installs()
    {
        Look();
        Assert.True(_follower.IsInstalled);
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", ClusterNetwork());
        Assert.Equal("multinet-1.0.0", new FileInfo(_node.Bin("multinet")).LinkTarget);
        Assert.Equal(InstallationEventKind.Changed, Assert.Single(_events).Kind);
    }

    [Fact]
    public void LaterLooks_TouchNothing()
    {
        Look();
        var before = Snapshot();
        Look(5);
        Assert.Equal(before, Snapshot());
        Assert.Single(_events);
    }

    [Fact]
    public void Primary_AppearsLate()
    {
        File.Delete(_node.Conf("10-flannel.conflist"));
        Look(3);
        Assert.False(_follower.IsInstalled);
        Assert.Empty(_node.Names(_node.Bin()));
        Assert.Equal("waiting for the cluster's network: no configuration of a cluster network in /etc/cni/net.d", Assert.Single(_events).Message);
        File.WriteAllText(_node.Conf("10-flannel.conflist"), NodeFolders.Flannel);
        Look();
        Assert.True(_follower.IsInstalled);
        Assert.Empty(_follower.Warnings);
    }

    [Fact]
    public void Primary_IsChanged_CapabilitiesAndVersionFollow()
    {
        Look();
        File.WriteAllText(_node.Conf("10-flannel.conflist"), NodeFolders.Flannel.Replace("0.3.1", "1.0.0", StringComparison.Ordinal).Replace("portMappings", "bandwidth", StringComparison.Ordinal));
        Look();
        var list = JsonDocument.Parse(_node.Config).RootElement;
        Assert.Equal("1.0.0", list.GetProperty("cniVersion").GetString());
        Assert.Equal("""{"bandwidth":true}""", JsonSerializer.Serialize(list.GetProperty("plugins")[0].GetProperty("capabilities")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"name\": \"cbr0\", \"plu")]
    [InlineData("{\"name\": \"cbr0\", \"cniVersion\": \"1.0.0\", \"plugins\": []}")]
    public void Primary_HalfWritten_OursStaysAndItIsSaidOnce(string text)
    {
        File.WriteAllText(_node.Conf("20-other.conflist"), Calico);
        Look();
        string before = _node.Config;
        File.WriteAllText(_node.Conf("10-flannel.conflist"), text);
        _events.Clear();
        Look(10);
        Assert.Equal(before, _node.Config);
        Assert.Single(_events, e => e.Message.StartsWith("/etc/cni/net.d/10-flannel.conflist cannot be read", StringComparison.Ordinal));
        Assert.Single(_events, e => e.Message.Contains("stays as it is", StringComparison.Ordinal));
        File.WriteAllText(_node.Conf("10-flannel.conflist"), NodeFolders.Flannel);
        Look();
        Assert.Empty(_follower.Warnings);
    }

    [Fact]
    public void Primary_Removed_OursStays()
    {
        Look();
        string before = _node.Config;
        File.Delete(_node.Conf("10-flannel.conflist"));
        Look(10);
        Assert.Equal(before, _node.Config);
        Assert.Contains(_follower.Warnings, w => w.Contains("(/etc/cni/net.d/10-flannel.conflist) is gone", StringComparison.Ordinal));
        Assert.Equal(2, _events.Count);
    }

    [Fact]
    public void Primary_RemovedAndWrittenAnew_WhileAnotherIsThere_StaysChosen()
    {
        File.WriteAllText(_node.Conf("20-other.conflist"), Calico);
        Look();
        File.Delete(_node.Conf("10-flannel.conflist"));
        Look(2);
        File.WriteAllText(_node.Conf("10-flannel.conflist"), NodeFolders.Flannel);
        Look(10);
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", ClusterNetwork());
        Assert.Single(_events);
    }

    [Fact]
    public void Primary_Renamed_IsFollowed()
    {
        Look();
        File.Move(_node.Conf("10-flannel.conflist"), _node.Conf("05-flannel.conflist"));
        Look(5);
        Assert.Equal("/etc/cni/net.d/05-flannel.conflist", ClusterNetwork());
    }

    [Fact]
    public void Primary_ReplacedByOneThatComesFirst_IsFollowed()
    {
        Look();
        File.WriteAllText(_node.Conf("05-calico.conflist"), Calico);
        Look(5);
        Assert.Equal("/etc/cni/net.d/05-calico.conflist", ClusterNetwork());
        Assert.Contains("bandwidth", _node.Config, StringComparison.Ordinal);
        Assert.Equal("/etc/cni/net.d/00-multinet.conflist follows the cluster network k8s-pod-network of /etc/cni/net.d/05-calico.conflist", _events[^1].Message);
    }

    [Fact]
    public void Primary_ByName_IsTheOnlyOne()
    {
        File.WriteAllText(_node.Conf("05-calico.conflist"), Calico);
        _follower = Follow(_node.Request with { Primary = "cbr0" });
        Look(5);
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", ClusterNetwork());
        File.Delete(_node.Conf("10-flannel.conflist"));
        Look(5);
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", ClusterNetwork());
    }

    [Theory]
    [InlineData(null, "removed")]
    [InlineData("", "emptied")]
    [InlineData("{}", "changed")]
    public void OwnConfiguration_SpoiledBySomebody_IsRestored(string? text, string how)
    {
        Look();
        string before = _node.Config;
        Spoil(text);
        Look();
        Assert.Equal(before, _node.Config);
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(_node.Conf("00-multinet.conflist")));
        Assert.Equal(new InstallationEvent(InstallationEventKind.Restored, $"restored: 00-multinet.conflist was {how}"), _events[^1]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void OwnConfiguration_Spoiled_WhileThePrimaryIsGone_IsRestored(string? text)
    {
        Look();
        string before = _node.Config;
        File.Delete(_node.Conf("10-flannel.conflist"));
        Look();
        Spoil(text);
        Look();
        Assert.Equal(before, _node.Config);
    }

    [Fact]
    public void OwnConfiguration_RemovedAgainAndAgain_IsRestoredAndSaid()
    {
        for (int i = 0; i < 4; i++)
        {
            Look();
            Spoil(null);
        }
        Look();
        Assert.Contains("cni.exclusive=false", Assert.Single(_follower.Warnings), StringComparison.Ordinal);
        Assert.True(File.Exists(_node.Conf("00-multinet.conflist")));
    }

    [Theory]
    [InlineData("multinet-1.0.0")]
    [InlineData("multinet")]
    [InlineData("bridge")]
    [InlineData(".multinet-installed.json")]
    public void RemovedFile_IsRestored(string name)
    {
        Look();
        File.Delete(_node.Bin(name));
        Look();
        Assert.Equal(InstallationEventKind.Restored, _events[^1].Kind);
        Assert.Contains(name, _events[^1].Message, StringComparison.Ordinal);
        Assert.Equal("first build", File.ReadAllText(_node.Bin("bridge")));
        _node.Uninstall();
        Assert.Empty(_node.Names(_node.Bin()));
    }

    [Fact]
    public void PluginFolder_Wiped_IsRestored()
    {
        Look();
        Directory.Delete(_node.Bin(), recursive: true);
        Look();
        Assert.Equal("first build", File.ReadAllText(_node.Bin("ptp")));
        Assert.False(_follower.IsUninstalled);
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("first buil")]
    public void Executable_Spoiled_IsRestored(string content)
    {
        Look();
        File.WriteAllText(_node.Bin("multinet-1.0.0"), content);
        Look();
        Assert.Equal("first build", File.ReadAllText(_node.Bin("multinet")));
    }

    [Fact]
    public void Executable_NotExecutable_IsRestored()
    {
        Look();
        File.SetUnixFileMode(_node.Bin("multinet-1.0.0"), AtomicFile.OwnerOnly);
        Look();
        Assert.Equal(AtomicFile.Executable, File.GetUnixFileMode(_node.Bin("multinet-1.0.0")));
    }

    [Fact]
    public void Plugin_ThatTheClusterNetworkBringsAlong_IsLeftToIt()
    {
        Look();
        File.Delete(_node.Bin("bridge"));
        File.WriteAllText(_node.Bin("bridge"), "theirs");
        Look(3);
        Assert.Equal("theirs", File.ReadAllText(_node.Bin("bridge")));
        Assert.Equal("left alone in /opt/cni/bin: bridge (not ours; --replace would take their place)", Assert.Single(_events, e => e.Message.Contains("left alone", StringComparison.Ordinal)).Message);
        Assert.Empty(_follower.Warnings);
        _node.Uninstall();
        Assert.Equal(["bridge"], _node.Names(_node.Bin()));
    }

    [Fact]
    public void FileBeforeOurs_IsWarnedOfOnce()
    {
        Look();
        File.WriteAllText(_node.Conf("00-a.conf"), "{");
        Look(3);
        Assert.Single(_events, e => e.Message == "/etc/cni/net.d/00-a.conf comes before 00-multinet.conflist in the alphabet: runtimes will take that file");
        File.Delete(_node.Conf("00-a.conf"));
        Look();
        Assert.Empty(_follower.Warnings);
    }

    [Fact]
    public void Uninstalled_NothingIsPutBack()
    {
        Look();
        _node.Uninstall();
        Look(3);
        Assert.True(_follower.IsUninstalled);
        Assert.False(_follower.IsInstalled);
        Assert.Equal(["10-flannel.conflist"], _node.Names(_node.Conf()));
        Assert.Empty(_node.Names(_node.Bin()));
        Assert.Single(_events, e => e.Kind == InstallationEventKind.Uninstalled);
    }

    [Fact]
    public void Restart_ChangesNothing()
    {
        Look();
        var before = Snapshot();
        _follower = Follow(_node.Request);
        _events.Clear();
        Look(3);
        Assert.Equal(before, Snapshot());
        Assert.True(_follower.IsInstalled);
        Assert.Empty(_events);
    }

    [Fact]
    public void Restart_WithANewVersion_WhileThePrimaryIsGone_ReplacesTheExecutable()
    {
        Look();
        string before = _node.Config;
        File.Delete(_node.Conf("10-flannel.conflist"));
        File.WriteAllText(_node.Path("multinet-built"), "second build");
        _follower = Follow(_node.Request with { Version = "2.0.0" });
        Look();
        Assert.Equal(before, _node.Config);
        Assert.Equal("second build", File.ReadAllText(_node.Bin("bridge")));
        Assert.False(File.Exists(_node.Bin("multinet-1.0.0")));
    }

    [Fact]
    public void Settings_AreFollowed()
    {
        File.WriteAllText(_node.Path("settings.json"), """{"namespaceIsolation": true, "logLevel": "error"}""");
        _follower = Follow(_node.Request with { SettingsFile = _node.Path("settings.json") });
        Look();
        Assert.Contains("\"namespaceIsolation\": true", _node.Config, StringComparison.Ordinal);
        File.WriteAllText(_node.Path("settings.json"), """{"logLevel": "verbose"}""");
        Look();
        Assert.DoesNotContain("namespaceIsolation", _node.Config, StringComparison.Ordinal);
        Assert.Contains("\"logLevel\": \"verbose\"", _node.Config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"logLevel": "loud"}""")]
    [InlineData("""{"type": "bridge"}""")]
    public void Settings_ThatWouldNotWork_LeaveTheLastGoodOnes(string json)
    {
        File.WriteAllText(_node.Path("settings.json"), """{"logLevel": "error"}""");
        _follower = Follow(_node.Request with { SettingsFile = _node.Path("settings.json") });
        Look();
        string before = _node.Config;
        File.WriteAllText(_node.Path("settings.json"), json);
        Look(3);
        Assert.Equal(before, _node.Config);
        Spoil(null);
        Look();
        Assert.Equal(before, _node.Config);
        Assert.StartsWith("00-multinet.conflist stays as it is", Assert.Single(_follower.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_AreRenewedWithTheProjectedToken()
    {
        long now = _clock.GetUtcNow().ToUnixTimeSeconds();
        _follower = Follow(_node.Request with { ServiceAccount = _node.ServiceAccount(now, now + 3600), ApiServer = "https://10.96.0.1:443" });
        Look();
        string first = File.ReadAllText(_node.Conf("multinet.d/token"));
        _node.ServiceAccount(now + 2880, now + 6480);
        Look();
        Assert.NotEqual(first, File.ReadAllText(_node.Conf("multinet.d/token")));
        Assert.Equal(now + 6480, _follower.TokenExpires?.ToUnixTimeSeconds());
        Assert.StartsWith("credentials in /etc/cni/net.d/multinet.d renewed, valid until ", _events[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_ThatAreNotRenewed_AreWarnedOf()
    {
        long now = _clock.GetUtcNow().ToUnixTimeSeconds();
        _follower = Follow(_node.Request with { ServiceAccount = _node.ServiceAccount(now, now + 3600), ApiServer = "https://10.96.0.1:443" });
        Look();
        _clock.Advance(TimeSpan.FromSeconds(3200));
        Look();
        Assert.Empty(_follower.Warnings);
        _clock.Advance(TimeSpan.FromSeconds(100));
        Look();
        Assert.Contains("was not renewed", Assert.Single(_follower.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_Ended_LeavesEverythingInPlace()
    {
        using var end = new CancellationTokenSource();
        var following = new InstallationFollower(_node.Request, _ => end.Cancel(), TimeProvider.System).FollowAsync(end.Token);
        await following.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(File.Exists(_node.Conf("00-multinet.conflist")));
        Assert.Equal("first build", File.ReadAllText(_node.Bin("multinet")));
    }

    private void Look(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _clock.Advance(InstallationFollower.Interval);
            _follower.Look();
        }
    }

    private InstallationFollower Follow(InstallRequest request) => new(request, _events.Add, _clock);

    private void Spoil(string? text)
    {
        if (text is null)
            File.Delete(_node.Conf("00-multinet.conflist"));
        else
            File.WriteAllText(_node.Conf("00-multinet.conflist"), text);
    }

    private string? ClusterNetwork() => JsonDocument.Parse(_node.Config).RootElement.GetProperty("plugins")[0].GetProperty("clusterNetwork").GetString();

    private string[] Snapshot() =>
        new[] { _node.Bin(), _node.Conf() }.SelectMany(folder => Directory.GetFileSystemEntries(folder)).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks} {File.GetUnixFileMode(path)}").ToArray();

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
