namespace MultiNet.Delegates.Tests.Portmap;

public sealed class UdpFlowsTests : IDisposable
{
    private readonly PortmapNode _host = new();

    public void Dispose() => _host.Dispose();

    private void Track(string protocol, string destination, int port, string rewritten = "") => _host.Node.OnHost(
        "conntrack", $"-I -p {protocol} -s 192.0.2.7 -d {destination} --sport 4000 --dport {port} -t 600 -u SEEN_REPLY{(rewritten.Length > 0 ? " -g " + rewritten : "")}{(protocol == "tcp" ? " --state ESTABLISHED" : "")}");

    private bool IsTracked(string destination, int port) => _host.Node.OnHost("conntrack", "-L").Split('\n').Any(line => line.Contains($" dst={destination} ") && line.Contains($" dport={port} "));

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void Add_ForgetsFlowsToTheHostsPort_AndNoOthers(string backend)
    {
        Track("udp", "10.88.0.1", 53, "10.88.9.9");
        Track("udp", "127.0.0.1", 53);
        Track("udp", "10.88.0.1", 54);
        Track("udp", "203.0.113.5", 53);
        Track("tcp", "10.88.0.1", 8080);
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, backend, ["8080:80/tcp", "53:5353/udp"]));
        Assert.False(IsTracked("10.88.0.1", 53));
        Assert.False(IsTracked("127.0.0.1", 53));
        Assert.True(IsTracked("10.88.0.1", 54));
        Assert.True(IsTracked("203.0.113.5", 53));
        Assert.True(IsTracked("10.88.0.1", 8080));
    }

    [Fact]
    public void Add_ForgetsFlowsToItsHostAddressOnly()
    {
        Track("udp", "10.88.0.1", 53);
        Track("udp", "127.0.0.1", 53);
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "nftables", ["127.0.0.1 53:53/udp"]));
        Assert.True(IsTracked("10.88.0.1", 53));
        Assert.False(IsTracked("127.0.0.1", 53));
    }

    [Theory]
    [InlineData("iptables", true)]
    [InlineData("nftables", true)]
    [InlineData("nftables", false)]
    public void Del_ForgetsFlowsThatLedToTheContainer(string backend, bool hasRecord)
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, backend, ["53:53/udp"]);
        _host.Add(pod, config);
        Track("udp", "10.88.0.1", 53, "10.88.0.2");
        Track("udp", "192.0.2.1", 53, "10.88.0.9");
        if (!hasRecord)
            Directory.Delete(_host.Node.RecordsFolder, recursive: true);
        _host.Del(pod, config);
        Assert.False(IsTracked("10.88.0.1", 53));
        Assert.True(IsTracked("192.0.2.1", 53));
    }
}
