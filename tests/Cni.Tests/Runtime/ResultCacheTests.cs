using System.Text;

namespace MultiNet.Cni.Tests.Runtime;

public sealed class ResultCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-cni-").FullName;

    private ResultCache Cache => new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CachedAttachment Entry(string network = "net", string container = "c1", string ifName = "eth0") => new()
    {
        NetworkName = network, ContainerId = container, IfName = ifName, NetNs = "/ns",
        Config = Json.Bytes("{\"name\":\"net\", \"x\":1.0}"),
        Args = [new("K", "v=w"), new("", "")],
        CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>> { ["ips"] = Json.Bytes("[\"10.0.0.1\"]") },
        Result = Json.Result("""{"cniVersion":"0.4.0","interfaces":[{"name":"eth0","sandbox":"/ns"}],"ips":[{"version":"4","address":"10.0.0.5/8","interface":0}]}"""),
    };

    private void Put(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "results"));
        File.WriteAllText(Path.Combine(_folder, "results", name), text);
    }

    [Fact]
    public void Write_HasTheFormOfLibcni()
    {
        Cache.Write(Entry());
        string file = Path.Combine(_folder, "results", "net-c1-eth0");
        string config = Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"name\":\"net\", \"x\":1.0}"));
        Assert.Equal(
            """{"kind":"cniCacheV1","containerId":"c1","config":"CONFIG","ifName":"eth0","networkName":"net","netns":"/ns","cniArgs":[["K","v=w"],["",""]],"capabilityArgs":{"ips":["10.0.0.1"]},"result":{"cniVersion":"0.4.0","interfaces":[{"name":"eth0","sandbox":"/ns"}],"ips":[{"version":"4","interface":0,"address":"10.0.0.5/8"}],"dns":{}}}"""
                .Replace("CONFIG", config), File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void Find_ReadsBackWhatWasWritten()
    {
        Cache.Write(Entry());
        Cache.Write(Entry());
        var entry = Cache.Find("net", "c1", "eth0")!;
        Assert.Equal("{\"name\":\"net\", \"x\":1.0}", Json.Text(entry.Config.Span));
        Assert.Equal(Entry().Args, entry.Args);
        Assert.Equal("[\"10.0.0.1\"]", Json.Text(entry.CapabilityArgs["ips"].Span));
        Assert.Equal(Json.Print(Entry().Result!, "1.1.0"), Json.Print(entry.Result!, "1.1.0"));
        Assert.Equal("/ns", entry.ToRuntimeConfig().NetNs);
    }

    [Fact]
    public void Find_ReadsWhatLibcniWrites()
    {
        // libcni with containerd as caller: no netns in old entries, capability arguments of several kinds, a 1.0.0 result.
        Put("cbr0-0a1b2c-eth0", """
            {"kind":"cniCacheV1","containerId":"0a1b2c","config":"eyJjbmlWZXJzaW9uIjoiMS4wLjAiLCJuYW1lIjoiY2JyMCIsInBsdWdpbnMiOlt7InR5cGUiOiJmbGFubmVsIn1dfQ==","ifName":"eth0","networkName":"cbr0","cniArgs":[["IgnoreUnknown","1"],["K8S_POD_NAMESPACE","default"],["K8S_POD_NAME","web-0"],["K8S_POD_INFRA_CONTAINER_ID","0a1b2c"],["K8S_POD_UID","u"]],"capabilityArgs":{"bandwidth":null,"dns":{"Servers":["10.96.0.10"],"Searches":null,"Options":["ndots:5"]},"io.kubernetes.cri.pod-annotations":{"a":"b"},"portMappings":[]},"result":{"cniVersion":"1.0.0","dns":{},"interfaces":[{"mac":"5a:93:1c:73:00:01","name":"cni0"},{"name":"eth0","sandbox":"/var/run/netns/cni-1"}],"ips":[{"address":"10.244.0.5/24","gateway":"10.244.0.1","interface":1}],"routes":[{"dst":"10.244.0.0/16"},{"dst":"0.0.0.0/0","gw":"10.244.0.1"}]}}
            """);
        var entry = Cache.Find("cbr0", "0a1b2c", "eth0")!;
        Assert.Equal("flannel", NetworkConfigList.Parse(entry.Config, "cache").Plugins[0].Type);
        Assert.Equal("web-0", entry.Args.Single(a => a.Key == "K8S_POD_NAME").Value);
        Assert.Equal("null", Json.Text(entry.CapabilityArgs["bandwidth"].Span));
        Assert.Equal(("1.0.0", "10.244.0.5/24", 2), (entry.Result!.CniVersion, entry.Result.IPs[0].Address.ToString(), entry.Result.Routes.Count));
    }

    [Fact]
    public void Find_ReadsTheOldestForm()
    {
        Put("net-c1-eth0", """{"cniVersion":"0.3.1","ips":[{"version":"4","address":"10.0.0.5/8"}]}""");
        var entry = Cache.Find("net", "c1", "eth0")!;
        Assert.True(entry.Config.IsEmpty);
        Assert.Equal("10.0.0.5/8", entry.Result!.IPs[0].Address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"kind":"cniCacheV2"}""")]
    [InlineData("""{"kind":"cniCacheV1","containerId":3}""")]
    [InlineData("""{"kind":"cniCacheV1","networkName":"a","containerId":"b-net-c1","ifName":"eth0"}""")]
    public void Find_TakesABrokenOrForeignEntryForNone(string text)
    {
        Put("net-c1-eth0", text);
        Assert.Null(Cache.Find("net", "c1", "eth0"));
        Assert.Empty(Cache.List("c1"));
    }

    [Theory]
    [InlineData("""{"kind":"cniCacheV1","networkName":"net","containerId":"c1","ifName":"eth0","config":"***","result":{"cniVersion":"1.0.0","ips":4},"cniArgs":[["a"]]}""")]
    [InlineData("""{"kind":"cniCacheV1","networkName":"net","containerId":"c1","ifName":"eth0","result":null}""")]
    public void Find_KeepsWhatCanBeRead(string text)
    {
        Put("net-c1-eth0", text);
        var entry = Cache.Find("net", "c1", "eth0")!;
        Assert.Equal((true, 0, true), (entry.Config.IsEmpty, entry.Args.Count, entry.Result is null));
    }

    [Fact]
    public void List_FindsAContainersEntriesByTheirFields()
    {
        Cache.Write(Entry("net", "c1", "eth0"));
        Cache.Write(Entry("b-c1", "c2", "eth0")); // its name holds -c1-
        Cache.Write(Entry("net2", "c1", "net1"));
        Assert.Equal(["net eth0", "net2 net1"], Cache.List("c1").Select(e => $"{e.NetworkName} {e.IfName}"));
        Assert.Equal(3, Cache.List().Count);
    }

    [Fact]
    public void Delete_RemovesTheEntryAndOnlyThat()
    {
        Cache.Write(Entry("a", "b-c", "eth0"));
        Cache.Delete("a-b", "c", "eth0"); // the same file name
        Assert.NotNull(Cache.Find("a", "b-c", "eth0"));
        Cache.Delete("a", "b-c", "eth0");
        Cache.Delete("a", "b-c", "eth0");
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "results")));
    }

    [Fact]
    public void Everything_IsQuiet_WhenTheFolderDoesNotExist()
    {
        var cache = new ResultCache(_folder + "/none");
        Assert.Empty(cache.List("c1"));
        Assert.Null(cache.Find("net", "c1", "eth0"));
        cache.Delete("net", "c1", "eth0");
    }

    [Theory]
    [InlineData("../net", "c1", "eth0")]
    [InlineData("net", "../../c1", "eth0")]
    [InlineData("net", "c1", "../eth0")]
    public void Names_CannotLeadOutOfTheFolder(string network, string container, string ifName)
    {
        Assert.Throws<CniException>(() => Cache.Find(network, container, ifName));
        Assert.Throws<CniException>(() => Cache.Write(Entry(network, container, ifName)));
        Assert.Throws<CniException>(() => Cache.Delete(network, container, ifName));
    }
}
