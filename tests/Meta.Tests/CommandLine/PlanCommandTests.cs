using MultiNet.Meta.Tests.Sources.Cluster;
using MultiNet.Meta.Tests.Sources.Manifests;

namespace MultiNet.Meta.Tests.CommandLine;

public sealed class PlanCommandTests : IDisposable
{
    private readonly ManifestFolder _folder = new ManifestFolder().With("networks.yaml",
        """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata: {name: blue}
        spec:
          config: '{"cniVersion": "1.0.0", "name": "blue", "plugins": [{"type": "bridge", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}}, {"type": "bridge"}]}'
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Plan_IsPrintedAsATable()
    {
        Pod("web", "blue@net7");
        var call = CommandLineCall.Run("plan", _folder.Path);
        Assert.Equal("", call.Error);
        Assert.Equal(0, call.ExitCode);
        string[] lines = call.Output.Split('\n');
        Assert.Equal($"pod default/web ({_folder.PathOf("web.yaml")}:1)", lines[0]);
        Assert.StartsWith("  INTERFACE  NETWORK", lines[1], StringComparison.Ordinal);
        Assert.Matches("^  eth0 +cluster-network +bridge\\(host-local\\) +- +as configured +delegates\\[0\\] of built-in configuration$", lines[2]);
        Assert.Matches("^  net7 +default/blue +bridge\\(host-local\\), bridge +- +as configured +", lines[3]);
    }

    [Fact]
    public void Plan_IsPrintedAsJson()
    {
        Pod("web", "blue");
        var pod = CommandLineCall.Run("plan", _folder.Path, "-o", "json").Json().GetProperty("pods")[0];
        Assert.Equal("web", pod.GetProperty("name").GetString());
        var attachment = pod.GetProperty("attachments")[1];
        Assert.Equal("net1", attachment.GetProperty("interface").GetString());
        Assert.Equal("default/blue", attachment.GetProperty("network").GetString());
        Assert.False(attachment.GetProperty("default").GetBoolean());
        Assert.Equal(["bridge", "host-local", "bridge"], attachment.GetProperty("plugins").EnumerateArray().Select(p => p.GetProperty("type").GetString()));
        Assert.Equal([false, true, false], attachment.GetProperty("plugins").EnumerateArray().Select(p => p.GetProperty("ipam").GetBoolean()));
        Assert.Equal("blue", attachment.GetProperty("config").GetProperty("name").GetString());
        Assert.Contains("K8S_POD_NAME=web", attachment.GetProperty("args").EnumerateArray().Select(a => a.GetString()));
    }

    [Fact]
    public void Plan_OfABrokenPod_IsAnErrorBesideTheOthers()
    {
        Pod("good", "blue");
        Pod("bad", "red");
        var call = CommandLineCall.Run("plan", _folder.Path);
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("pod default/good", call.Output, StringComparison.Ordinal);
        Assert.Contains("multinet plan: ", call.Error, StringComparison.Ordinal);
        Assert.Contains("red", call.Error, StringComparison.Ordinal);
        var json = CommandLineCall.Run("plan", "-o", "json", _folder.Path).Json();
        Assert.True(json.GetProperty("pods")[0].TryGetProperty("error", out var error));
        Assert.Equal(7, error.GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("b")]
    [InlineData("default/b")]
    public void Plan_OfOnePod(string wanted)
    {
        Pod("a", "blue");
        Pod("b", "blue");
        var pods = CommandLineCall.Run("plan", _folder.Path, "--pod", wanted, "-o", "json").Json().GetProperty("pods");
        Assert.Equal("b", Assert.Single(pods.EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public void Plan_OfAnUnknownPod_NamesThoseThatThereAre()
    {
        Pod("a", "blue");
        var call = CommandLineCall.Run("plan", _folder.Path, "--pod", "x/y");
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("no pod x/y", call.Error, StringComparison.Ordinal);
        Assert.Contains("there are: default/a", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfNothing_IsAnError()
    {
        Assert.Equal(1, CommandLineCall.Run("plan", _folder.Path).ExitCode);
        var call = CommandLineCall.Run("plan", _folder.PathOf("none"));
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("no such folder", call.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multinet.conf", """{"cniVersion": "1.0.0", "name": "x", "type": "multinet", "delegates": [{"name": "mine", "type": "ptp"}]}""")]
    [InlineData("a.conflist", """{"cniVersion": "1.0.0", "name": "x", "plugins": [{"type": "multinet", "delegates": [{"name": "mine", "type": "ptp"}]}]}""")]
    [InlineData("m.conf", """{"cniVersion": "0.3.1", "name": "x", "type": "multus", "delegates": [{"name": "mine", "type": "ptp"}]}""")]
    public void Configuration_OfTheFolder_IsTaken(string name, string json)
    {
        Pod("a", "blue");
        _folder.With(name, json).With("0.conf", """{"name": "other", "type": "bridge"}""");
        var plan = CommandLineCall.Run("plan", _folder.Path, "-o", "json").Json();
        Assert.Equal(_folder.PathOf(name), plan.GetProperty("configuration").GetString());
        Assert.Equal("mine", plan.GetProperty("pods")[0].GetProperty("attachments")[0].GetProperty("network").GetString());
    }

    [Fact]
    public void Configuration_OfTheClusterNetworkItself_IsTakenAsTheDefaultNetwork()
    {
        Pod("a", "blue");
        _folder.With("calico", """{"cniVersion": "0.3.1", "name": "k8s-pod-network", "plugins": [{"type": "ptp"}, {"type": "bridge"}]}""");
        var plan = CommandLineCall.Run("plan", _folder.Path, "--config", _folder.PathOf("calico"), "-o", "json").Json();
        Assert.Equal("k8s-pod-network", plan.GetProperty("pods")[0].GetProperty("attachments")[0].GetProperty("network").GetString());
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "an object")]
    [InlineData("{}", "this is no network configuration")]
    [InlineData("""{"type": "multinet"}""", "at least one delegate/clusterNetwork must be specified")]
    [InlineData("""{"type": "multinet", "clusterNetwork": "x", "logLevel": "loud"}""", "logLevel")]
    public void Configuration_Malformed_IsAnErrorThatNamesTheFile(string json, string message)
    {
        Pod("a", "blue");
        string file = _folder.With("c.json5", json).PathOf("c.json5");
        var call = CommandLineCall.Run("plan", _folder.Path, "--config", file);
        Assert.Equal(1, call.ExitCode);
        Assert.Contains(file, call.Error, StringComparison.Ordinal);
        Assert.Contains(message, call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_Missing_IsAnError()
    {
        Pod("a", "blue");
        var call = CommandLineCall.Run("plan", _folder.Path, "--config", "/nowhere/x.conf");
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("/nowhere/x.conf: no such file", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfAConfiguration_AsksItsApiServer()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "blue").Definition("blue", """{"cniVersion": "1.0.0", "type": "bridge"}""");
        var call = CommandLineCall.Run("plan", "--config", Configuration(node.Kubeconfig), "--pod", "default/web", "-o", "json");
        Assert.Equal(
            ["mine", "default/blue"],
            call.Json().GetProperty("pods")[0].GetProperty("attachments").EnumerateArray().Select(a => a.GetProperty("network").GetString()));
        Assert.Equal(2, node.Requests.Length);
        Assert.Empty(node.Cluster.Patches);
    }

    [Fact]
    public async Task Plan_OfAConfiguration_SaysThatThereIsNoSuchPod()
    {
        await using var node = await ClusterNode.StartAsync();
        var call = CommandLineCall.Run("plan", "--config", Configuration(node.Kubeconfig), "--pod", "web");
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("no pod default/web in the API server http://127.0.0.1:", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfAConfiguration_NeedsAPod() =>
        Assert.Equal(2, CommandLineCall.Run("plan", "--config", Configuration("/nonexistent")).ExitCode);

    private string Configuration(string kubeconfig) => _folder.With(
        "node.conf",
        $$"""{"cniVersion": "1.0.0", "name": "multinet", "type": "multinet", "kubeconfig": "{{kubeconfig}}", "delegates": [{"name": "mine", "type": "bridge"}]}""").PathOf("node.conf");

    private void Pod(string name, string networks) => _folder.With($"{name}.yaml",
        $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  annotations:\n    k8s.v1.cni.cncf.io/networks: {networks}\n");
}
