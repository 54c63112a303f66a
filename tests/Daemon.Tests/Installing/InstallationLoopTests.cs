using System.Text;
using MultiNet.Cni;
using MultiNet.Daemon.Configuration;
using MultiNet.Meta.Installing;

namespace MultiNet.Daemon.Tests.Installing;

/// <summary>The daemon keeps what is installed on the node.</summary>
public sealed class InstallationLoopTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("multinetd-install-").FullName;

    public InstallationLoopTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "etc/cni/net.d"));
        File.WriteAllText(Path.Combine(_root, "built"), "an executable");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Daemon_InstallsWhenTheClusterNetworkIsThere_AndIsReadyThen_AndLeavesItInPlace()
    {
        await using (var cluster = await WatchedCluster.StartAsync())
        await using (var daemon = await TestDaemon.StartSyncedAsync(cluster, change: config => config with { Install = Request() }))
        {
            Assert.Contains("multinet is not installed on this node", await daemon.Daemon.Health.NotReadyAsync());
            File.WriteAllText(Path.Combine(_root, "etc/cni/net.d/10-cluster.conflist"), """{"name": "c", "cniVersion": "1.0.0", "plugins": [{"type": "bridge"}]}""");
            await Eventually.TrueAsync(() => File.Exists(Config));
            await Eventually.TrueAsync(() => daemon.Daemon.Health.NotReadyAsync().GetAwaiter().GetResult().Count == 0);
            File.Delete(Config);
            await Eventually.TrueAsync(() => File.Exists(Config));
            await Eventually.TrueAsync(() => daemon.Context.Metrics.Restorations.Value() == 1);
            Assert.Contains("restored: 00-multinet.conflist was removed", daemon.Log, StringComparison.Ordinal);
        }
        Assert.True(File.Exists(Config));
        Assert.Equal("an executable", File.ReadAllText(Path.Combine(_root, "opt/cni/bin/multinet")));
    }

    [Fact]
    public void Configuration_SaysWhatIsInstalled()
    {
        var config = Read("""{"socket": "/run/x/d.sock", "install": {"profile": "k3s", "hostRoot": "/host/", "settings": "/s.json", "serviceAccount": "/sa", "apiServer": "https://10.0.0.1:6443", "replace": true}}""");
        var install = config.Install!;
        Assert.Equal(new HostRoot("/host"), install.Host);
        Assert.Equal("/var/lib/rancher/k3s/data/cni", install.BinDir);
        Assert.Equal("/var/lib/rancher/k3s/agent/etc/cni/net.d", install.ConfDir);
        Assert.Equal(("/s.json", "/sa", "https://10.0.0.1:6443", true), (install.SettingsFile, install.ServiceAccount, install.ApiServer, install.Replace));
        Assert.Equal("/run/x/d.sock", install.DaemonSocket);
        Assert.Equal("/var/lib/rancher/k3s/data/cni/multinet", config.HostMultinet);
    }

    [Fact]
    public void Configuration_WithoutTheKey_InstallsNothing() => Assert.Null(Read("{}").Install);

    [Theory]
    [InlineData("""{"install": {"profil": "k3s"}}""", "unknown key \"profil\"")]
    [InlineData("""{"install": {"profile": "nomad"}}""", "\"nomad\" is not known")]
    [InlineData("""{"install": {"binDir": "opt"}}""", "no absolute path")]
    [InlineData("""{"install": {"apiServer": "10.0.0.1"}}""", "no address of an API server")]
    [InlineData("""{"install": {"cniVersion": "2.0"}}""", "\"2.0\" is not known")]
    [InlineData("""{"install": {"kubeconfig": "/x", "serviceAccount": "/y"}}""", "not both")]
    [InlineData("""{"install": true}""", "an object")]
    public void Configuration_WithAMistake_IsRefused(string json, string what) =>
        Assert.Contains(what, Assert.Throws<CniException>(() => Read(json)).Message, StringComparison.Ordinal);

    private string Config => Path.Combine(_root, "etc/cni/net.d/00-multinet.conflist");

    private InstallRequest Request() => new()
    {
        Host = new HostRoot(_root), BinDir = "/opt/cni/bin", ConfDir = "/etc/cni/net.d", Executable = Path.Combine(_root, "built"), Version = "1.0.0", PluginTypes = ["bridge"],
    };

    private static DaemonConfig Read(string json) => DaemonConfigReader.Read(Encoding.UTF8.GetBytes(json), "multinetd.json");
}
