using MultiNet.Cni;
using MultiNet.Delegates.Tests.Bridge;

namespace MultiNet.Delegates.Tests.SingleInterface;

/// <summary>A node with an uplink, <c>up0</c>, whose other end, <c>lan0</c>, is in a namespace that plays the network outside.</summary>
internal sealed class UplinkNode : IDisposable
{
    public const string Assigned =
        """{"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"},{"address":"fd00:1::5/64","gateway":"fd00:1::1"}],"routes":[{"dst":"10.9.0.0/16"},{"dst":"fd09::/64"}],"dns":{"domain":"of.ipam"}}""";

    public UplinkNode()
    {
        Lan = Node.AddPod();
        Node.OnHost("ip", $"link add up0 type veth peer name lan0 netns {Lan.Path}");
        Node.OnHost("ip", "link set up0 up");
        Lan.Exec("ip", "link set lan0 up");
        Node.Ipam.Result = Assigned;
    }

    public TestNode Node { get; } = new();

    public TestNode.Pod Lan { get; }

    public bool NothingIsRecorded => !Directory.Exists(Node.RecordsFolder) || Directory.GetFiles(Node.RecordsFolder, "*", SearchOption.AllDirectories).Length == 0;

    /// <summary>A configuration of a plugin on the uplink.</summary>
    public static string Config(string type, string keys = "", bool ipam = true) =>
        $$"""{"cniVersion":"1.1.0","name":"net","type":"{{type}}"{{(type is "dummy" ? "" : ",\"master\":\"up0\"")}}{{(type is "vlan" ? ",\"vlanId\":5" : "")}}{{(keys.Length > 0 ? "," + keys : "")}}{{(ipam ? ",\"ipam\":{\"type\":\"fake\"}" : "")}}}""";

    public static string With(string key, string value, string config) => BridgeAddTests.Set(config, key, value);

    public void Assign(int host) => Node.Ipam.Result = Assigned.Replace(".5/", $".{host}/").Replace("::5/", $"::{host}/");

    public CniException Refused(CniVerb verb, string config, TestNode.Pod? pod = null, string ifName = "eth0") =>
        Assert.Throws<CniException>(() => Node.Call(verb, config, pod, ifName));

    public void Dispose() => Node.Dispose();
}
