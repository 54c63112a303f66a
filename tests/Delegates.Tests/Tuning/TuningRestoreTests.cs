using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Delegates.Tuning;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Tuning;

/// <summary>DEL puts kernel parameters back, too.</summary>
public sealed class TuningRestoreTests : IDisposable
{
    private const string Shared = "net/core/somaxconn";

    private readonly ContainerNamespace _container = new();

    public TuningRestoreTests()
    {
        _container.Socket.LinkAdd(new VethSpec { Name = "net1", Peer = new VethPeer { Name = "peer2" } });
        Sysctl.Write(_container.Namespace, Shared, "128");
    }

    public void Dispose() => _container.Dispose();

    private string DataDir => Path.Combine(_container.Folder, "data");

    private string Config(string sysctls, string more = "") =>
        $$"""{"cniVersion":"1.1.0","name":"net1","type":"tuning","dataDir":"{{DataDir}}","prevResult":{"interfaces":[],"ips":[]},"sysctl":{ {{sysctls}} }{{more}} }""";

    private string Somaxconn(string value, string more = "") => Config($"\"net.core.somaxconn\":\"{value}\"", more);

    private void Run(CniVerb verb, string config, string ifName = "eth0", string? netns = null, string id = "c1") =>
        _container.Call(kernel => new TuningPlugin(kernel, "/nowhere"), verb, config, ifName, netns, id: id);

    private string Value() => _container.Sysctl(Shared);

    private int Backups() => Directory.Exists(DataDir) ? Directory.GetFiles(DataDir).Length : 0;

    [Fact]
    public void Del_RestoresSysctls()
    {
        string config = Config("\"net.core.somaxconn\":\"500\",\"net.ipv4.conf.IFNAME.arp_notify\":\"1\",\"net.ipv4.ip_local_port_range\":\"20000 30000\"");
        string range = _container.Sysctl("net/ipv4/ip_local_port_range");
        Run(CniVerb.Add, config);
        Assert.Equal("500", Value());
        Run(CniVerb.Check, config);

        Run(CniVerb.Del, config);

        Assert.Equal("128", Value());
        Assert.Equal("0", _container.Sysctl("net/ipv4/conf/eth0/arp_notify"));
        Assert.Equal(range, _container.Sysctl("net/ipv4/ip_local_port_range"));
        Assert.Equal(0, Backups());
        Run(CniVerb.Del, config);
        Assert.Equal("128", Value());
    }

    [Fact]
    public void Backup_TellsWhatWasSet_BesideTheReferencesKeys()
    {
        Run(CniVerb.Add, Somaxconn("500", ",\"mtu\":1400"));
        var backup = JsonDocument.Parse(File.ReadAllText(Path.Combine(DataDir, "c1_eth0.json"))).RootElement;
        Assert.Equal(1500, backup.GetProperty("mtu").GetInt32());
        var sysctl = backup.GetProperty("sysctl").GetProperty(Shared);
        Assert.Equal(("128", "500"), (sysctl.GetProperty("before").GetString(), sysctl.GetProperty("set").GetString()));
    }

    [Theory]
    [InlineData("500", "500", true)]
    [InlineData("500", "500", false)]
    [InlineData("500", "600", true)]
    [InlineData("500", "600", false)]
    [InlineData("500", "128", true)]
    [InlineData("500", "128", false)]
    public void Del_OfOneAttachment_LeavesWhatAnotherOneOfTheContainerNeeds(string first, string second, bool firstGoesFirst)
    {
        Run(CniVerb.Add, Somaxconn(first));
        Run(CniVerb.Add, Somaxconn(second), "net1");
        Assert.Equal(second, Value());

        Run(CniVerb.Del, Somaxconn("0"), firstGoesFirst ? "eth0" : "net1");
        Assert.Equal(firstGoesFirst ? second : first, Value());
        Run(CniVerb.Del, Somaxconn("0"), firstGoesFirst ? "net1" : "eth0");
        Assert.Equal("128", Value());
        Assert.Equal(0, Backups());
    }

    [Fact]
    public void Del_LeavesWhatSomebodyElseHasSet()
    {
        Run(CniVerb.Add, Somaxconn("500"));
        Sysctl.Write(_container.Namespace, Shared, "700");
        Run(CniVerb.Del, Somaxconn("500"));
        Assert.Equal("700", Value());
        Assert.Equal(0, Backups());
    }

    [Fact]
    public void Del_RestoresTheOriginal_WhenAChainTunesTwice()
    {
        Run(CniVerb.Add, Somaxconn("500"));
        Run(CniVerb.Add, Somaxconn("600"));
        Run(CniVerb.Del, Somaxconn("600"));
        Run(CniVerb.Del, Somaxconn("500"));
        Assert.Equal("128", Value());
    }

    [Fact]
    public void Add_UndoesSysctls_AndLeavesNoBackup_WhenTheInterfaceRefuses()
    {
        Assert.Throws<CniException>(() => Run(CniVerb.Add, Somaxconn("500", ",\"mtu\":2000000000")));
        Assert.Equal("128", Value());
        Assert.Equal(0, Backups());
    }

    [Fact]
    public void Add_UndoesNothingOfTheFirst_WhenASecondTuningFails()
    {
        Run(CniVerb.Add, Somaxconn("500"));
        Assert.Throws<CniException>(() => Run(CniVerb.Add, Config("\"net.core.somaxconn\":\"600\",\"net.core.nothing\":\"1\"")));
        Assert.Equal("500", Value());
        Run(CniVerb.Del, Somaxconn("500"));
        Assert.Equal("128", Value());
    }

    [Theory]
    [InlineData("namespace")]
    [InlineData("path")]
    [InlineData("interface")]
    public void Del_RemovesTheBackup_WhenIsGone(string what)
    {
        Run(CniVerb.Add, Config("\"net.ipv4.conf.IFNAME.arp_notify\":\"1\""));
        if (what == "namespace")
            _container.Vanish();
        else if (what == "interface")
            _container.Socket.LinkDelete("eth0");
        Run(CniVerb.Del, Config(""), netns: what == "path" ? "" : null);
        Assert.Equal(0, Backups());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"\\u0000\"")]
    public void Del_Succeeds_WhateverTheDataDirIs(string dataDir) =>
        Run(CniVerb.Del, $$"""{"cniVersion":"1.1.0","name":"net1","type":"tuning","dataDir":{{dataDir}},"sysctl":7}""", id: "never-attached");
}
