using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.Installing;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Tests.Installing;

/// <summary>What an installation on a cluster's node needs besides: paths as on the node, credentials, Multus that is still there.</summary>
public sealed class ClusterInstallTests : IDisposable
{
    private readonly NodeFolders _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void FromAContainer_TheConfigurationNamesPathsOfTheNode()
    {
        _node.Install();
        var plugin = Plugin();
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", plugin.GetProperty("clusterNetwork").GetString());
        Assert.Equal("/opt/cni/bin", plugin.GetProperty("binDir").GetString());
        Assert.True(plugin.GetProperty("capabilities").GetProperty("portMappings").GetBoolean());
        Assert.DoesNotContain(_node.Path("host"), _node.Config + File.ReadAllText(_node.Bin(".multinet-installed.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void FromAContainer_UninstallRestoresTheNode()
    {
        _node.Install(_node.Request with { ServiceAccount = _node.ServiceAccount(0, 1), ApiServer = "https://10.96.0.1:443" });
        _node.Uninstall();
        Assert.Empty(_node.Names(_node.Bin()));
        Assert.Equal(["10-flannel.conflist"], _node.Names(_node.Conf()));
    }

    [Fact]
    public void KeysOfTheCluster_StandInTheConfiguration()
    {
        File.WriteAllText(_node.Path("settings.json"), """{"globalNamespaces": "infra", "daemonSocket": "off", "capabilities": {"x": true}}""");
        _node.Install(_node.Request with
        {
            Kubeconfig = "/etc/kubernetes/multinet.conf", DaemonSocket = "/run/x.sock", KubeletDir = "/var/lib/k0s/kubelet", SettingsFile = _node.Path("settings.json"),
        });
        var plugin = Plugin();
        Assert.Equal("/etc/kubernetes/multinet.conf", plugin.GetProperty("kubeconfig").GetString());
        Assert.Equal("/run/x.sock", plugin.GetProperty("daemonSocket").GetString());
        Assert.Equal("/var/lib/k0s/kubelet", plugin.GetProperty("kubeletDir").GetString());
        Assert.Equal("infra", plugin.GetProperty("globalNamespaces").GetString());
        Assert.Equal("""{"x": true}""", plugin.GetProperty("capabilities").GetRawText());
    }

    [Fact]
    public void Settings_MayBringTheClusterNetworkThemselves()
    {
        File.Delete(_node.Conf("10-flannel.conflist"));
        File.WriteAllText(_node.Path("settings.json"), """{"cniVersion": "1.0.0", "delegates": [{"name": "d", "type": "bridge"}]}""");
        _node.Install(_node.Request with { SettingsFile = _node.Path("settings.json") });
        Assert.False(Plugin().TryGetProperty("clusterNetwork", out _));
        Assert.Equal("1.0.0", JsonDocument.Parse(_node.Config).RootElement.GetProperty("cniVersion").GetString());
    }

    [Theory]
    [InlineData("cbr0")]
    [InlineData("10-flannel.conflist")]
    public void Primary_IsChosenByNameOrFile(string name)
    {
        File.WriteAllText(_node.Conf("05-first.conf"), """{"name": "first", "cniVersion": "1.0.0", "type": "bridge"}""");
        _node.Install(_node.Request with { Primary = name });
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", Plugin().GetProperty("clusterNetwork").GetString());
    }

    [Fact]
    public void Primary_ThatIsNotThere_InstallsNothing()
    {
        var error = Assert.Throws<CniException>(() => _node.Install(_node.Request with { Primary = "calico" }));
        Assert.Contains("no configuration named \"calico\"", error.Message, StringComparison.Ordinal);
        Assert.Empty(_node.Names(_node.Bin()));
    }

    [Fact]
    public void Credentials_AreForRootAlone()
    {
        _node.Install(_node.Request with { ServiceAccount = _node.ServiceAccount(0, 1), ApiServer = "https://10.96.0.1:443" });
        Assert.Equal("/etc/cni/net.d/multinet.d/multinet.kubeconfig", Plugin().GetProperty("kubeconfig").GetString());
        Assert.Equal(["multinet.kubeconfig", "token"], _node.Names(_node.Conf("multinet.d")));
        foreach (string name in _node.Names(_node.Conf("multinet.d")))
            Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(_node.Conf("multinet.d/" + name)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_node.Conf("multinet.d")));
        var kubeconfig = JsonDocument.Parse(File.ReadAllText(_node.Conf("multinet.d/multinet.kubeconfig"))).RootElement;
        var cluster = kubeconfig.GetProperty("clusters")[0].GetProperty("cluster");
        Assert.Equal("https://10.96.0.1:443", cluster.GetProperty("server").GetString());
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", System.Text.Encoding.UTF8.GetString(cluster.GetProperty("certificate-authority-data").GetBytesFromBase64()), StringComparison.Ordinal);
        Assert.Equal("token", kubeconfig.GetProperty("users")[0].GetProperty("user").GetProperty("tokenFile").GetString());
    }

    [Theory]
    [InlineData("token")]
    [InlineData("ca.crt")]
    public void Credentials_WithoutAFileOfTheServiceAccount_InstallNothing(string missing)
    {
        string account = _node.ServiceAccount(0, 1);
        File.Delete(Path.Combine(account, missing));
        var error = Assert.Throws<CniException>(() => _node.Install(_node.Request with { ServiceAccount = account, ApiServer = "https://10.96.0.1:443" }));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.Equal(["10-flannel.conflist"], _node.Names(_node.Conf()));
    }

    [Theory]
    [InlineData("not.a.token")]
    [InlineData("onlytext")]
    [InlineData("a.eyJleHAiOiJ4In0.c")]
    [InlineData("a..c")]
    [InlineData("a.MTI.c")]
    public void TokenWithoutATime_IsNoError(string token) => Assert.Null(TokenLifetime.Read(System.Text.Encoding.UTF8.GetBytes(token)));

    [Theory]
    [InlineData("""{"cniVersion": "1.0.0", "name": "multus-cni-network", "type": "multus-shim", "clusterNetwork": "/host/etc/cni/net.d/10-flannel.conflist"}""")]
    [InlineData("""{"cniVersion": "1.0.0", "name": "multus-cni-network", "plugins": [{"type": "multus", "clusterNetwork": "/etc/cni/net.d/10-flannel.conflist"}]}""")]
    [InlineData("""{"cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus", "delegates": [{"cniVersion": "0.3.1", "name": "cbr0", "plugins": [{"type": "flannel"}]}]}""")]
    public void Multus_TheNetworkBehindItIsTaken_ThoughAnotherFileComesFirst(string multus)
    {
        File.WriteAllText(_node.Conf("00-multus.conf"), multus);
        File.WriteAllText(_node.Conf("05-first.conf"), """{"name": "first", "cniVersion": "1.0.0", "type": "bridge"}""");
        _node.Install();
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", Plugin().GetProperty("clusterNetwork").GetString());
        // It stays when Multus has been taken away.
        File.Delete(_node.Conf("00-multus.conf"));
        _node.Install();
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", Plugin().GetProperty("clusterNetwork").GetString());
        File.Delete(_node.Conf("10-flannel.conflist"));
        _node.Install();
        Assert.Equal("/etc/cni/net.d/05-first.conf", Plugin().GetProperty("clusterNetwork").GetString());
    }

    [Fact]
    public void Multus_ThatHoldsTheNetworkItself_HandsItOver()
    {
        // As the thin installer leaves it with --rename-conf-file.
        File.Move(_node.Conf("10-flannel.conflist"), _node.Conf("10-flannel.conflist.old"));
        File.WriteAllText(_node.Conf("00-multus.conf"), $$"""{"cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus", "delegates": [{{NodeFolders.Flannel}}]}""");
        _node.Install();
        Assert.Equal("cbr0", Plugin().GetProperty("delegates")[0].GetProperty("name").GetString());
        Assert.True(Plugin().GetProperty("capabilities").GetProperty("portMappings").GetBoolean());
    }

    [Fact]
    public void Multus_ThatNamesADefinition_HandsTheNameOver()
    {
        File.Delete(_node.Conf("10-flannel.conflist"));
        File.WriteAllText(_node.Conf("00-multus.conf"), """{"cniVersion": "1.0.0", "name": "m", "type": "multus-shim", "clusterNetwork": "main", "multusNamespace": "net", "capabilities": {"mac": true}}""");
        _node.Install();
        Assert.Equal("main", Plugin().GetProperty("clusterNetwork").GetString());
        Assert.Equal("net", Plugin().GetProperty("multusNamespace").GetString());
        Assert.True(Plugin().GetProperty("capabilities").GetProperty("mac").GetBoolean());
    }

    [Fact]
    public void Multus_WithPoliciesOfItsOwn_IsWarnedOf()
    {
        File.WriteAllText(_node.Conf("00-multus.conf"), """{"cniVersion": "1.0.0", "name": "m", "type": "multus-shim", "clusterNetwork": "/etc/cni/net.d/10-flannel.conflist", "namespaceIsolation": true, "globalNamespaces": "x"}""");
        var progress = new List<string>();
        _node.Install(progress: progress);
        Assert.Contains(progress, line => line.StartsWith("warning: Multus' configuration sets namespaceIsolation, globalNamespaces: not taken over", StringComparison.Ordinal));
    }

    [Fact]
    public void PresentPrimary_HalfWritten_NoOtherIsTaken()
    {
        _node.Install();
        File.WriteAllText(_node.Conf("20-other.conf"), """{"name": "other", "cniVersion": "1.0.0", "type": "bridge"}""");
        File.WriteAllText(_node.Conf("10-flannel.conflist"), "{");
        string before = _node.Config;
        Assert.Throws<CniException>(() => _node.Install());
        Assert.Equal(before, _node.Config);
    }

    [Fact]
    public void WhatAKilledInstallLeft_IsRemovedByUninstall()
    {
        _node.Install();
        foreach (string name in (string[])["multinet-1.0.0", "bridge", ".multinet-installed.json"])
            File.WriteAllText(AtomicFile.TemporaryOf(_node.Bin(name)), "half");
        File.WriteAllText(AtomicFile.TemporaryOf(_node.Conf("00-multinet.conflist")), "half");
        _node.Uninstall();
        Assert.Empty(_node.Names(_node.Bin()));
        Assert.Equal(["10-flannel.conflist"], _node.Names(_node.Conf()));
    }

    [Fact]
    public void PodsOfTheClusterNetworkAlone_AreHandedOverToIt()
    {
        _node.Install();
        Attach("c1", "plain", 1);
        string records = _node.Path("host/run/cni/multinet/bridge/cbr0");
        Directory.CreateDirectory(records);
        foreach (string container in (string[])["c1", "other"])
        {
            File.WriteAllText(Path.Combine(records, $"{container}@eth0.json"), $$"""{"network": "cbr0", "containerID": "{{container}}", "ifname": "eth0", "record": { } }""");
            new ResultCache(_node.Path("host/var/lib/cni/multus")).Write(new CachedAttachment { NetworkName = "cbr0", ContainerId = container, IfName = "eth0" });
        }
        string addresses = _node.Path("host/var/lib/cni/networks/cbr0");
        Directory.CreateDirectory(Path.Combine(addresses, ".owners"));
        File.CreateSymbolicLink(Path.Combine(addresses, ".owners", "c1,eth0"), "10.1.0.2");
        File.WriteAllText(Path.Combine(addresses, "10.1.0.2"), "c1\r\neth0");
        _node.Uninstall(force: false);
        Assert.Equal(["10.1.0.2"], _node.Names(addresses));
        Assert.Equal(["other@eth0.json"], _node.Names(records));
        Assert.Equal(["cbr0-other-eth0"], _node.Names(_node.Path("host/var/lib/cni/multus/results")));
        Assert.Empty(_node.Names(_node.Bin()));
        Assert.False(Directory.Exists(_node.Path("host/var/lib/cni/multinet")));
    }

    [Fact]
    public void PodsOfFurtherNetworks_AreWaitedForAndStayRecorded()
    {
        _node.Install();
        Attach("c1", "plain", 1);
        Attach("c2", "rich", 2);
        var error = Assert.Throws<CniException>(() => _node.Uninstall(force: false));
        Assert.Equal("1 sandboxes are still attached to further networks: default/rich", error.Message);
        Assert.True(File.Exists(_node.Conf("00-multinet.conflist")));
        _node.Uninstall();
        Assert.Equal("rich", Assert.Single(new JournalStore(_node.Path("host/var/lib/cni/multinet")).List()).Pod?.Name);
    }

    [Fact]
    public void AnotherInstall_AtWork_IsTriedAgainLater()
    {
        using var held = InstallLock.Take(new InstallPaths(_node.Bin()));
        Assert.Equal(CniErrorCode.TryAgainLater, Assert.Throws<CniException>(() => _node.Install()).Code);
    }

    [Fact]
    public void CommandLine_WaitsForAPrimary()
    {
        File.Delete(_node.Conf("10-flannel.conflist"));
        using var install = CommandLine.MultinetProcess.Start("install", "--host-root", _node.Path("host"), "--profile", "kubernetes", "--wait");
        Assert.Equal("waiting (0 s): no configuration of a cluster network in /etc/cni/net.d", install.ReadErrorLine());
        File.WriteAllText(_node.Conf("10-flannel.conflist"), NodeFolders.Flannel);
        Assert.Equal(0, install.Wait().ExitCode);
        Assert.Equal("/etc/cni/net.d/10-flannel.conflist", Plugin().GetProperty("clusterNetwork").GetString());
        Assert.Equal(0, CommandLine.MultinetProcess.Run("install", "--host-root", _node.Path("host"), "--profile", "kubernetes", "--check").ExitCode);
        File.Delete(_node.Bin("macvlan"));
        File.WriteAllText(_node.Conf("00-multinet.conflist"), "");
        var check = CommandLine.MultinetProcess.Run("install", "--host-root", _node.Path("host"), "--profile", "kubernetes", "--check");
        Assert.Equal((1, "macvlan is missing\n/etc/cni/net.d/00-multinet.conflist is missing or empty\n"), (check.ExitCode, check.Output));
        Assert.Equal(0, CommandLine.MultinetProcess.Run("uninstall", "--host-root", _node.Path("host"), "--profile", "kubernetes").ExitCode);
        Assert.Empty(_node.Names(_node.Bin()));
    }

    [Theory]
    [InlineData("--kubeconfig /x --service-account /y")]
    [InlineData("--api-server https://x")]
    [InlineData("--service-account /x --api-server 10.0.0.1")]
    [InlineData("--profile nomad")]
    public void CommandLine_ThatContradictsItself_IsMisuse(string options) =>
        Assert.Equal(2, CommandLine.CommandLineCall.Run(["install", "--bin-dir", "/b", "--conf-dir", "/c", .. options.Split(' ')]).ExitCode);

    private void Attach(string container, string pod, int attachments) => new JournalStore(_node.Path("host/var/lib/cni/multinet")).Write(
        new SandboxJournal
        {
            ContainerId = container, NetNs = "/x", IfName = "eth0", Created = DateTime.UtcNow, Complete = true, Pod = new("default", pod),
            Attachments = [.. Enumerable.Range(0, attachments).Select(i => new JournalAttachment
            {
                DisplayName = "cbr0", InterfaceName = $"eth{i}", Config = """{"name": "cbr0", "type": "bridge"}"""u8.ToArray(), Args = [],
                CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>>(),
            })],
        },
        durable: false);

    private JsonElement Plugin() => JsonDocument.Parse(_node.Config).RootElement.GetProperty("plugins")[0];
}
