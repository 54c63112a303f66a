using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Planning;

/// <summary>Where configurations are found that are named and not given.</summary>
public sealed class NetworkLookupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-lookup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ClusterNetwork_IsADefinition_BeforeAFileOfItsName()
    {
        Write("conf/10-a.conflist", """{"cniVersion":"1.0.0","name":"main","plugins":[{"type":"ptp"}]}""");
        var source = new FakeSource().Pod("web").Definition("main", """{"cniVersion":"1.0.0","type":"bridge"}""", "kube-system");
        Assert.Equal("bridge", Only("main", source).Config.Plugins[0].Type);
        Assert.Equal("ptp", Only("main", new FakeSource().Pod("web")).Config.Plugins[0].Type);
    }

    [Fact]
    public void ClusterNetwork_IsFoundByNameInConfDir_PastABrokenFile()
    {
        Write("conf/05-broken.conflist", "{");
        Write("conf/10-other.conf", """{"cniVersion":"1.0.0","name":"other","type":"ptp"}""");
        Write("conf/20-main.conf", """{"cniVersion":"1.0.0","name":"main","type":"bridge"}""");
        var attachment = Only("main");
        Assert.Equal("bridge", attachment.Config.Plugins[0].Type);
        Assert.Equal(Path.Combine(_folder, "conf/20-main.conf"), attachment.Origin);
    }

    [Fact]
    public void ClusterNetwork_IsTheFirstFileOfAFolder_WhenItIsThePathOfOne()
    {
        Write("net.d/20-b.conflist", """{"cniVersion":"1.0.0","name":"second","plugins":[{"type":"ptp"}]}""");
        Write("net.d/10-a.conf", """{"cniVersion":"1.0.0","name":"first","type":"bridge"}""");
        Assert.Equal("first", Only(_folder + "/net.d").DisplayName);
        Assert.Equal("second", Only(_folder + "/net.d/20-b.conflist").DisplayName);
    }

    [Fact]
    public void ClusterNetwork_TakesPluginsFromTheFolderBesideItsFile()
    {
        Write("net.d/10-a.conflist", """{"cniVersion":"1.0.0","name":"main","plugins":[{"type":"bridge"}]}""");
        Write("net.d/main/10-t.conf", """{"type":"tuning","sysctl":{"net.ipv4.conf.IFNAME.arp_filter":"1"}}""");
        var attachment = Only(_folder + "/net.d/10-a.conflist");
        Assert.Equal(["bridge", "tuning"], attachment.Config.Plugins.Select(p => p.Type));
        // What the journal keeps is complete: the folder may have changed when DEL comes.
        var again = NetworkConfigList.Parse(attachment.Config.Bytes, "journal");
        Assert.Equal(["bridge", "tuning"], again.Plugins.Select(p => p.Type));
    }

    [Theory]
    [InlineData("missing", "no network \"missing\"")]
    [InlineData("/nonexistent/file.conflist", "there is no file or folder /nonexistent/file.conflist")]
    public void ClusterNetwork_ThatIsNowhere_IsAnErrorThatSaysWhereItWasSought(string name, string message)
    {
        var e = Assert.Throws<CniException>(() => Only(name));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, e.Code);
        Assert.Contains("clusterNetwork", e.Message);
        Assert.Contains(message, e.Message);
    }

    [Fact]
    public void Definition_WithoutConfiguration_IsFoundByNameInConfDir()
    {
        Write("conf/10-n1.conflist", """{"cniVersion":"1.0.0","name":"n1","plugins":[{"type":"ptp"}]}""");
        Write("net.d/10-a.conf", """{"cniVersion":"1.0.0","name":"first","type":"bridge"}""");
        var source = new FakeSource().Pod("web", "n1").Definition("n1", null);
        var plan = Plan(_folder + "/net.d", source);
        Assert.Equal(("default/n1", "ptp"), (plan.Attachments[1].DisplayName, plan.Attachments[1].Config.Plugins[0].Type));
        File.Delete(Path.Combine(_folder, "conf/10-n1.conflist"));
        Assert.Contains("default/n1 has no configuration", Assert.Throws<CniException>(() => Plan(_folder + "/net.d", source)).Message);
    }

    [Fact]
    public void AuxiliaryChain_IsAttachedLast_OnceItsFolderHasPlugins()
    {
        Write("net.d/10-a.conf", """{"cniVersion":"1.0.0","name":"first","type":"bridge"}""");
        string path = _folder + "/net.d/10-a.conf";
        var source = new FakeSource().Pod("web", "n1").Definition("n1", """{"cniVersion":"1.0.0","type":"ptp"}""");
        const string key = ",\"auxiliaryCNIChainName\":\"vendor\"";
        Assert.Equal(2, Plan(path, source, key).Attachments.Count);
        Write("net.d/vendor/10-t.conf", """{"type":"tuning","sysctl":{"net.ipv4.conf.eth0.arp_filter":"1"}}""");
        var chain = Plan(path, source, key).Attachments[2];
        Assert.Equal(("vendor", "net2"), (chain.DisplayName, chain.InterfaceName));
        Assert.Equal(["passthru", "tuning"], chain.Config.Plugins.Select(p => p.Type));
    }

    private PlannedAttachment Only(string clusterNetwork, FakeSource? source = null) =>
        Assert.Single(Plan(clusterNetwork, source ?? new FakeSource().Pod("web")).Attachments);

    private AttachmentPlan Plan(string clusterNetwork, FakeSource source, string keys = "")
    {
        var config = MetaConfigReader.Read(Encoding.UTF8.GetBytes(
            $$"""{"cniVersion":"1.0.0","name":"multinet","type":"multinet","confDir":"{{_folder}}/conf","clusterNetwork":"{{clusterNetwork}}"{{keys}}}"""));
        return new AttachmentPlanner(config, source, new FakeInvoker(), []).Plan(Planned.Request());
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
