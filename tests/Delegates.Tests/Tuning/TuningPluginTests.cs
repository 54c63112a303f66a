using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Delegates.Tuning;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Tuning;

public sealed class TuningPluginTests : IDisposable
{
    private readonly ContainerNamespace _container = new();

    public void Dispose() => _container.Dispose();

    public static TheoryData<string> Versions => [.. CniVersion.All];

    private string DataDir => Path.Combine(_container.Folder, "data");

    private string Backup => Path.Combine(DataDir, "c1_eth0.json");

    private string Allowlist => Path.Combine(_container.Folder, "allowlist.conf");

    private string Config(string keys, string version = "1.1.0", string? previous = null)
    {
        previous ??= CniVersion.AtLeast(version, "0.3.0")
            ? "{\"interfaces\":[{\"name\":\"br0\"},{\"name\":\"eth0\",\"mac\":\"02:00:00:00:00:01\",\"sandbox\":\"/x\"}],\"ips\":[{\"version\":\"4\",\"interface\":1,\"address\":\"10.1.2.3/24\"}]}"
            : "{\"ip4\":{\"ip\":\"10.1.2.3/24\"}}";
        return $$"""{"cniVersion":"{{version}}","name":"net1","type":"tuning","dataDir":"{{DataDir}}","prevResult":{{previous}}{{(keys.Length > 0 ? "," + keys : "")}}}""";
    }

    private CniResult? Run(CniVerb verb, string config, string ifName = "eth0", string? netns = null, string args = "", string id = "c1") =>
        _container.Call(kernel => new TuningPlugin(kernel, Allowlist), verb, config, ifName, netns, args, id);

    private CniException Fails(CniVerb verb, string config, string args = "") =>
        Assert.Throws<CniException>(() => Run(verb, config, args: args));

    [Theory]
    [MemberData(nameof(Versions))]
    public void Tuning_ChangesAndRestoresAll_InEveryVersion(string version)
    {
        var before = _container.Link();
        string config = Config(
            "\"mac\":\"C2-11-22-33-44-55\",\"mtu\":1454,\"promisc\":true,\"allmulti\":true,\"txQLen\":1500,\"sysctl\":{\"net.ipv4.conf.IFNAME.arp_notify\":\"1\"}",
            version);

        var result = Run(CniVerb.Add, config)!;

        var link = _container.Link();
        Assert.Equal("c2:11:22:33:44:55", link.MacAddress.ToString());
        Assert.Equal((1454, 1500), (link.Mtu, link.TxQueueLength));
        Assert.Equal(LinkFlags.Promiscuous | LinkFlags.AllMulticast, link.Flags & (LinkFlags.Promiscuous | LinkFlags.AllMulticast));
        Assert.Equal("1", _container.Sysctl("net.ipv4.conf.eth0.arp_notify"));
        Assert.Equal(version, result.CniVersion);
        Assert.Equal("10.1.2.3/24", Assert.Single(result.IPs).Address.ToString());
        if (CniVersion.AtLeast(version, "0.3.0"))
        {
            Assert.Equal("c2:11:22:33:44:55", result.Interfaces[1].Mac);
            Assert.Equal(version == "1.1.0" ? 1454 : 0, result.Interfaces[1].Mtu);
            Assert.Equal(("", 0), (result.Interfaces[0].Mac, result.Interfaces[0].Mtu));
        }
        if (CniVersion.AtLeast(version, "0.4.0"))
            Run(CniVerb.Check, config);

        Run(CniVerb.Del, config);
        Run(CniVerb.Del, config);

        Assert.Equal(before with { OperationalState = default }, _container.Link() with { OperationalState = default });
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void Tuning_PassesTheResultOn_WhenThereIsNothingToDo()
    {
        var result = Run(CniVerb.Add, Config(""))!;

        Assert.Equal("02:00:00:00:00:01", result.Interfaces[1].Mac);
        Assert.False(Directory.Exists(DataDir));
    }

    [Theory]
    [InlineData("\"mac\":\"02:00:00:00:00:0a\"", "", "02:00:00:00:00:0a")]
    [InlineData("\"mac\":\"02:00:00:00:00:0a\"", "MAC=02:00:00:00:00:0b", "02:00:00:00:00:0b")]
    [InlineData("\"mac\":\"02:00:00:00:00:0a\",\"runtimeConfig\":{\"mac\":\"02:00:00:00:00:0c\"}", "IgnoreUnknown=1;X=y;MAC=02:00:00:00:00:0b", "02:00:00:00:00:0c")]
    [InlineData("\"runtimeConfig\":{\"mac\":\"02:00:00:00:00:0c\"},\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:0D\"}}", "MAC=02:00:00:00:00:0b", "02:00:00:00:00:0d")]
    public void Mac_IsTakenFromTheStrongestSource(string keys, string args, string mac)
    {
        Run(CniVerb.Add, Config(keys), args: args);

        Assert.Equal(mac, _container.Link().MacAddress.ToString());
    }

    [Fact]
    public void ArgsCni_WinsOverTheConfiguration()
    {
        Run(CniVerb.Add, Config(
            """
            "mtu":1400,"promisc":true,"allmulti":false,"txQLen":5,"sysctl":{"net.ipv4.conf.IFNAME.arp_notify":"0"},
            "args":{"cni":{"mtu":1300,"promisc":false,"allmulti":true,"txQLen":7,"sysctl":{"net/ipv4/conf/IFNAME/arp_notify":"1","net.ipv4.conf.IFNAME.log_martians":"1"}}}
            """));

        var link = _container.Link();
        Assert.Equal((1300, 7), (link.Mtu, link.TxQueueLength));
        Assert.Equal(LinkFlags.AllMulticast, link.Flags & (LinkFlags.Promiscuous | LinkFlags.AllMulticast));
        Assert.Equal("1", _container.Sysctl("net.ipv4.conf.eth0.arp_notify"));
        Assert.Equal("1", _container.Sysctl("net.ipv4.conf.eth0.log_martians"));
    }

    [Fact]
    public void ArgsCni_MayCarrySysctls_WhereTheConfigurationHasNone()
    {
        Run(CniVerb.Add, Config("\"args\":{\"cni\":{\"sysctl\":{\"net.ipv4.conf.all.log_martians\":\"1\"}}}"));

        Assert.Equal("1", _container.Sysctl("net.ipv4.conf.all.log_martians"));
    }

    [Theory]
    [InlineData("net.ipv4.conf.IFNAME.log_martians")]
    [InlineData("net/ipv4/conf/IFNAME/log_martians")]
    [InlineData("net/ipv4/conf/eth0.100/log_martians")]
    [InlineData("net.ipv4.conf.eth0/100.log_martians")]
    [InlineData("net/ipv4.conf/IFNAME.log_martians")]
    public void Sysctl_OfInterfaceWithDot_IsFound(string key)
    {
        _container.Socket.LinkAdd(new VethSpec { Name = "eth0.100", Peer = new VethPeer { Name = "peer2" } });

        Run(CniVerb.Add, Config($"\"sysctl\":{{\"{key}\":\"1\"}}"), ifName: "eth0.100");
        Run(CniVerb.Check, Config($"\"sysctl\":{{\"{key}\":\"1\"}}"), ifName: "eth0.100");

        Assert.Equal("1", _container.Sysctl("net/ipv4/conf/eth0.100/log_martians"));
    }

    [Theory]
    [InlineData("kernel.hostname")]
    [InlineData("net")]
    [InlineData("net/../kernel/hostname")]
    [InlineData("net.ipv4.conf..all.log_martians")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void Sysctl_ElsewhereThanBelowNet_IsRefused(string key)
    {
        var error = Fails(CniVerb.Add, Config($"\"mtu\":1400,\"sysctl\":{{\"{key}\":\"1\"}}"));

        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.StartsWith("invalid net sysctl key: \"", error.Message, StringComparison.Ordinal);
        Assert.Equal(1500, _container.Link().Mtu);
    }

    [Theory]
    [InlineData("\"sysctl\":{\"net.ipv4.ip_forward\":\"1\",\"net.ipv4.ip_forward\":\"0\"}", "duplicated sysctl keys are not allowed")]
    [InlineData("\"sysctl\":{\"net.ipv4.ip_forward\":\"1\",\"net/ipv4/ip_forward\":\"1\"}", "duplicated sysctl keys are not allowed")]
    [InlineData("\"mac\":\"nonsense\"", "invalid args nonsense for MAC addr: address nonsense: invalid MAC address")]
    [InlineData("\"mtu\":-1", "invalid MTU -1")]
    [InlineData("\"txQLen\":-1", "invalid transmit queue length -1")]
    public void Config_ThatCannotBeSet_IsRefused(string keys, string message)
    {
        var error = Fails(CniVerb.Add, Config(keys));

        Assert.Equal((CniErrorCode.InvalidNetworkConfig, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("\"sysctl\":{\"net.ipv4.ip_forward\":1}")]
    [InlineData("\"sysctl\":[]")]
    [InlineData("\"promisc\":\"true\"")]
    [InlineData("\"mtu\":\"1400\"")]
    [InlineData("\"mtu\":1400.5")]
    [InlineData("\"args\":{\"cni\":{\"allmulti\":1}}")]
    public void Config_OfWrongTypes_IsRefused(string keys) => Assert.Equal(CniErrorCode.DecodingFailure, Fails(CniVerb.Add, Config(keys)).Code);

    [Theory]
    [InlineData(CniVerb.Add)]
    [InlineData(CniVerb.Check)]
    public void PrevResult_IsRequired(CniVerb verb)
    {
        var error = Fails(verb, Config("\"mtu\":1400", previous: "null"));

        Assert.Equal((CniErrorCode.InvalidNetworkConfig, "Required prevResult missing"), (error.Code, error.Message));
    }

    [Fact]
    public void Add_UndoesAll_WhenAStepFails()
    {
        var before = _container.Link();
        string martians = _container.Sysctl("net.ipv4.conf.all.log_martians");

        var error = Fails(CniVerb.Add, Config("\"mac\":\"02:00:00:00:00:0a\",\"mtu\":100000,\"sysctl\":{\"net.ipv4.conf.all.log_martians\":\"1\"}"));

        Assert.Contains("failed to tune \"eth0\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _container.Link());
        Assert.Equal(martians, _container.Sysctl("net.ipv4.conf.all.log_martians"));
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void Add_UndoesSysctls_WhenOneIsRefusedByTheKernel()
    {
        string martians = _container.Sysctl("net.ipv4.conf.all.log_martians");
        string hosts = Sysctl.Read("net.ipv4.conf.all.log_martians");

        var error = Fails(CniVerb.Add, Config("\"sysctl\":{\"net.ipv4.conf.all.log_martians\":\"1\",\"net.ipv4.ip_forward\":\"nonsense\"}"));

        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.Contains("/proc/sys/net/ipv4/ip_forward", error.Message, StringComparison.Ordinal);
        Assert.Equal(martians, _container.Sysctl("net.ipv4.conf.all.log_martians"));
        Assert.Equal(hosts, Sysctl.Read("net.ipv4.conf.all.log_martians"));
    }

    [Fact]
    public void Add_NamesTheInterface_ThatIsMissing()
    {
        var error = Assert.Throws<CniException>(() => Run(CniVerb.Add, Config("\"mtu\":1400"), ifName: "net9"));

        Assert.Equal("failed to get \"net9\": Link not found", error.Message);
    }

    [Fact]
    public void Backup_IsTheReferences_WithOnlyWhatIsChanged()
    {
        string mac = _container.Link().MacAddress.ToString();
        Run(CniVerb.Add, Config("\"mac\":\"02:00:00:00:00:0a\",\"promisc\":true"));

        var json = JsonDocument.Parse(File.ReadAllText(Backup)).RootElement;

        Assert.Equal(mac, json.GetProperty("mac").GetString());
        Assert.False(json.GetProperty("promisc").GetBoolean());
        Assert.False(json.TryGetProperty("mtu", out _) || json.TryGetProperty("allmulti", out _) || json.TryGetProperty("txQLen", out _));
        Assert.Empty(Directory.GetFiles(DataDir, "*.new"));
    }

    [Fact]
    public void Del_RestoresBackup_ThatTheReferenceWrote()
    {
        Directory.CreateDirectory(DataDir);
        File.WriteAllText(Backup, "{\n \"mac\": \"02:00:00:00:00:77\",\n \"promisc\": true,\n \"mtu\": 1333,\n \"allmulti\": true,\n \"txQLen\": 77\n}");

        Run(CniVerb.Del, Config(""));

        var link = _container.Link();
        Assert.Equal(("02:00:00:00:00:77", 1333, 77), (link.MacAddress.ToString(), link.Mtu, link.TxQueueLength));
        Assert.Equal(LinkFlags.Promiscuous | LinkFlags.AllMulticast, link.Flags & (LinkFlags.Promiscuous | LinkFlags.AllMulticast));
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void Del_RestoresTheOriginal_WhenAChainTunesTwice()
    {
        var before = _container.Link();
        Run(CniVerb.Add, Config("\"mac\":\"02:00:00:00:00:0a\",\"mtu\":1400"));
        Run(CniVerb.Add, Config("\"mtu\":1300,\"txQLen\":5"));

        Run(CniVerb.Del, Config("\"mtu\":1300"));

        var link = _container.Link();
        Assert.Equal((before.MacAddress, before.Mtu, before.TxQueueLength), (link.MacAddress, link.Mtu, link.TxQueueLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"mtu\":\"x\"}")]
    [InlineData("{\"mac\":\"x\",\"mtu\":-7}")]
    public void Del_RemovesBackup_ThatIsDamaged(string content)
    {
        Directory.CreateDirectory(DataDir);
        File.WriteAllText(Backup, content);

        Run(CniVerb.Del, Config(""));

        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void Del_Succeeds_AndRemovesBackup_WhenTheNamespaceIsGone()
    {
        Run(CniVerb.Add, Config("\"mtu\":1400"));
        Assert.True(File.Exists(Backup));
        _container.Vanish();

        Run(CniVerb.Del, Config("\"mtu\":1400"));

        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void Del_Succeeds_AndRemovesBackup_WhenTheInterfaceOrThePathIsGone()
    {
        Run(CniVerb.Add, Config("\"mtu\":1400"));
        _container.Socket.LinkDelete("eth0");
        Run(CniVerb.Del, Config("\"mtu\":1400"));
        Assert.False(File.Exists(Backup));

        Directory.CreateDirectory(DataDir);
        File.WriteAllText(Backup, "{\"mtu\":1400}");
        Run(CniVerb.Del, Config("\"mac\":\"no longer valid\""), netns: "");
        Assert.False(File.Exists(Backup));
    }

    [Theory]
    [InlineData("\"mac\":\"02:00:00:00:00:0a\"", "Error: Tuning configured Ethernet of eth0 is 02:00:00:00:00:0a, current value is")]
    [InlineData("\"promisc\":true", "Error: Tuning link eth0 configured promisc is true, current value is 0")]
    [InlineData("\"mtu\":1400", "Error: Tuning configured MTU of eth0 is 1400, current value is 1500")]
    [InlineData("\"txQLen\":7", "Error: Tuning configured Transmit Queue Length of eth0 is 7, current value is 1000")]
    [InlineData("\"allmulti\":true", "Error: Tuning configured all-multicast mode of eth0 is true, current value is false")]
    [InlineData("\"sysctl\":{\"net.ipv4.conf.IFNAME.log_martians\":\"1\"}", "Error: Tuning configured value of /proc/sys/net/ipv4/conf/eth0/log_martians is 1, current value is 0")]
    public void Check_Fails_WhenAValueDiffers(string keys, string message) =>
        Assert.StartsWith(message, Fails(CniVerb.Check, Config(keys)).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_Fails_WhenTheInterfaceIsGone()
    {
        _container.Socket.LinkDelete("eth0");

        Assert.Equal("Cannot find container link eth0", Fails(CniVerb.Check, Config("")).Message);
    }

    [Fact]
    public void Check_ToleratesPromiscuousMode_ThatWasNotConfigured()
    {
        _container.Socket.LinkSet("eth0", new LinkChange { Promiscuous = true });

        Run(CniVerb.Check, Config(""));
    }

    [Fact]
    public void Check_ComparesNumbers_NotTheBlanksBetweenThem()
    {
        string config = Config("\"sysctl\":{\"net.ipv4.ip_local_port_range\":\"20000 30000\"}");
        Run(CniVerb.Add, config);

        Run(CniVerb.Check, config);

        Assert.Equal("20000\t30000", _container.Sysctl("net.ipv4.ip_local_port_range"));
    }

    [Fact]
    public void Allowlist_DecidesByTheKeyAsWritten()
    {
        File.WriteAllText(Allowlist, "\n  ^net\\.ipv4\\.conf\\.IFNAME\\.[a-z_]*$  \nnet.core\n");
        Run(CniVerb.Add, Config("\"sysctl\":{\"net.ipv4.conf.IFNAME.log_martians\":\"1\"}"));
        Run(CniVerb.Status, Config("\"sysctl\":{\"net.core.somaxconn\":\"1\"}"));

        foreach (var verb in new[] { CniVerb.Add, CniVerb.Status })
        {
            var error = Fails(verb, Config("\"sysctl\":{\"net.ipv4.conf.eth0.log_martians\":\"1\"}"));
            Assert.Equal(
                "Sysctl net.ipv4.conf.eth0.log_martians is not allowed. Only the following sysctls are allowed: [^net\\.ipv4\\.conf\\.IFNAME\\.[a-z_]*$ net.core]",
                error.Message);
            Assert.Contains(Allowlist, error.Details, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Allowlist_ThatIsEmpty_AllowsNone()
    {
        File.WriteAllText(Allowlist, "\n");

        Assert.Contains("is not allowed", Fails(CniVerb.Add, Config("\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"}")).Message, StringComparison.Ordinal);
        Run(CniVerb.Add, Config("\"mtu\":1400"));
    }

    [Fact]
    public void Allowlist_LineThatIsNoExpression_IsReportedWithItsNumber()
    {
        File.WriteAllText(Allowlist, "nothing\n(unclosed\n");

        var error = Fails(CniVerb.Add, Config("\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"}"));

        Assert.Contains("line 2: error parsing regexp: missing closing )", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gc_RemovesBackups_OfThisNetworkOnly()
    {
        Run(CniVerb.Add, Config("\"mtu\":1400"), id: "kept");
        Run(CniVerb.Add, Config("\"mtu\":1400"), id: "gone");
        Run(CniVerb.Add, Config("\"mtu\":1400").Replace("net1", "net2", StringComparison.Ordinal), id: "other");
        File.WriteAllText(Path.Combine(DataDir, "reference_eth0.json"), "{\"mtu\":1400}");

        Run(CniVerb.Gc, Config("\"cni.dev/valid-attachments\":[{\"containerID\":\"kept\",\"ifname\":\"eth0\"}]"));

        Assert.Equal(["kept_eth0.json", "other_eth0.json", "reference_eth0.json"], Directory.GetFiles(DataDir).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Config_ThatIsDamaged_CausesOnlyCniErrors()
    {
        var random = new Random(815);
        byte[] valid = System.Text.Encoding.UTF8.GetBytes(Config(
            "\"mac\":\"02:00:00:00:00:0a\",\"mtu\":1400,\"promisc\":true,\"allmulti\":true,\"txQLen\":7,\"sysctl\":{\"net.ipv4.conf.IFNAME.log_martians\":\"1\"},\"args\":{\"cni\":{\"mtu\":1300,\"sysctl\":{\"net.core.somaxconn\":\"9\"}}}"));
        int passed = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = Ipam.HostLocalConfigTests.Damage(valid, random);
            try
            {
                var context = new PluginContext(new CniCall { Verb = CniVerb.Add, ContainerId = "c1", IfName = "eth0", Config = damaged }, null!);
                TuningConfig.Read(context);
                TuningConfig.ReadDataDir(context);
                _ = context.PrevResult;
                passed++;
            }
            catch (CniException)
            {
            }
        }
        Assert.NotEqual(0, passed);
    }
}
