using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Portmap;

public sealed class PortmapCheckTests : IDisposable
{
    private const string Ports = "8080:80/tcp,192.0.2.1 53:53/udp";

    private readonly PortmapNode _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("iptables", "")]
    [InlineData("iptables", "\"snat\":false,")]
    [InlineData("iptables", "\"masqAll\":true,")]
    [InlineData("iptables", "\"conditionsV4\":[\"-s\",\"198.51.100.7\"],")]
    [InlineData("nftables", "")]
    [InlineData("nftables", "\"snat\":false,")]
    [InlineData("nftables", "\"masqAll\":true,")]
    [InlineData("nftables", "\"conditionsV4\":[\"ip saddr 198.51.100.7\",\"ip daddr 192.0.2.1\"],")]
    [InlineData("", "")]
    public void Check_PassesRightAfterAdd(string backend, string keys)
    {
        var (pod, other) = (_host.AddPod(), _host.AddPod());
        string config = _host.Config(pod, backend, Ports.Split(','), keys);
        _host.Add(pod, config);
        _host.Node.Call(CniVerb.Check, config, pod);
        _host.Add(other, _host.Config(other, backend, ["9090:90/tcp"]));
        _host.Node.Call(CniVerb.Check, config, pod);
    }

    [Theory]
    [InlineData("iptables -t nat -F", "could not check ipv4 dnat: rule CNI-DN-")]
    [InlineData("nft flush ruleset", "could not check ipv4 dnat: chain CNI-DN-")]
    [InlineData("ip6tables -t nat -F", "could not check ipv6 dnat: ")]
    [InlineData("iptables -t nat -F CNI-HOSTPORT-DNAT", "could not check ipv4 dnat: rule CNI-HOSTPORT-DNAT -p tcp")]
    [InlineData("iptables -t nat -F CNI-HOSTPORT-SETMARK", "could not check ipv4 dnat: rule CNI-HOSTPORT-SETMARK")]
    [InlineData("iptables -t nat -F CNI-HOSTPORT-MASQ", "could not check ipv4 dnat: rule CNI-HOSTPORT-MASQ")]
    [InlineData("iptables -t nat -D POSTROUTING 1", "could not check ipv4 dnat: rule POSTROUTING")]
    [InlineData("iptables -t nat -D PREROUTING 1", "could not check ipv4 dnat: rule PREROUTING")]
    [InlineData("iptables -t nat -D OUTPUT 1", "could not check ipv4 dnat: rule OUTPUT")]
    [InlineData("sysctl -qw net.ipv4.conf.br0.route_localnet=0", "net/ipv4/conf/br0/route_localnet is not 1")]
    public void Check_FindsWhatIsMissing_WithIptables(string command, string message) => MustFind("iptables", "", command, message);

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    [InlineData("6")]
    public void Check_MissesEachRuleOfTheChain(string number)
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, "iptables", Ports.Split(','));
        _host.Add(pod, config);
        string chain = _host.Iptables().Split(':', ' ').First(word => word.StartsWith("CNI-DN-", StringComparison.Ordinal));
        _host.Node.OnHost("iptables", $"-t nat -D {chain} {number}");
        Assert.StartsWith("could not check ipv4 dnat: rule " + chain, Assert.Throws<CniException>(() => _host.Node.Call(CniVerb.Check, config, pod)).Message);
    }

    [Theory]
    [InlineData("nft flush ruleset", "hostports")]
    [InlineData("nft flush chain ip cni_hostport hostports", "hostports")]
    [InlineData("nft flush chain ip6 cni_hostport hostports", "hostports")]
    [InlineData("nft flush chain ip cni_hostport masquerading", "masquerading")]
    [InlineData("nft flush chain ip cni_hostport hostports_all", "hostports_all")]
    [InlineData("nft flush chain ip cni_hostport prerouting", "prerouting")]
    [InlineData("nft flush chain ip6 cni_hostport output", "output")]
    [InlineData("nft insert rule ip cni_hostport prerouting meta mark 5 return", "prerouting")]
    public void Check_FindsWhatIsMissing_WithNftables(string command, string chain) =>
        MustFind("nftables", "", command, $"missing hostport rules in \"{chain}\" chain");

    [Theory]
    [InlineData("tcp dport 8080 dnat to 10.88.0.2:81")]
    [InlineData("tcp dport 8081 dnat to 10.88.0.2:80")]
    [InlineData("udp dport 8080 dnat to 10.88.0.2:80")]
    [InlineData("tcp dport 8080 dnat to 10.88.0.9:80")]
    [InlineData("meta mark 5 tcp dport 8080 dnat to 10.88.0.2:80")]
    [InlineData("ip daddr 192.0.2.1 tcp dport 8080 dnat to 10.88.0.2:80")]
    public void Check_FindsWhatIsAnother_WithNftables(string rule) => MustFind(
        "nftables", "", $"nft add rule ip cni_hostport hostports {rule} comment pod1 ; delete rule ip cni_hostport hostports handle HANDLE",
        "missing hostport rules in \"hostports\" chain");

    [Fact]
    public void Check_FindsAMissingMapping_BehindConditions() => MustFind(
        "nftables", "\"conditionsV4\":[\"ip saddr 198.51.100.7\"],", "nft delete rule ip cni_hostport hostports handle HANDLE", "missing hostport rules in \"hostports\" chain");

    private void MustFind(string backend, string keys, string command, string message)
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, backend, Ports.Split(','), keys);
        _host.Add(pod, config);
        if (command.Contains("HANDLE"))
            command = command.Replace("HANDLE", _host.Node.OnHost("nft", "-a list chain ip cni_hostport hostports").Split("dport 8080")[1].Split("# handle ")[1].Split('\n')[0]);
        int blank = command.IndexOf(' ');
        _host.Node.OnHost(command[..blank], command[(blank + 1)..]);
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _host.Node.Call(CniVerb.Check, config, pod)).Message);
    }
}
