using System.Net.Sockets;
using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Rpc;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>Whoever connects to the daemon and whatever it says: others are served.</summary>
public sealed class DaemonSocketTests : IDisposable
{
    private readonly DaemonNode _node = new();

    public DaemonSocketTests() => _node.StartDaemon();

    public void Dispose() => _node.Dispose();

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 60_000, SendTimeout = 60_000 };
        socket.Connect(new UnixDomainSocketEndPoint(_node.SocketPath));
        return socket;
    }

    /// <summary>All that comes until the daemon hangs up.</summary>
    private static string ReadToEnd(Socket socket)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            for (int read; (read = socket.Receive(buffer)) > 0;)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        return text.ToString();
    }

    private void MustServe() => _node.Node.Call(CniVerb.Status, _node.Config());

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.0 405 Method Not Allowed")]
    [InlineData("CONNECT /elsewhere HTTP/1.0\n\n", "HTTP/1.0 404 Not Found")]
    [InlineData("\n\n", "HTTP/1.0 405")]
    [InlineData("CONNECT /_goRPC_ HTTP/1.0\n\n\u0080", "HTTP/1.0 200 Connected to Go RPC\n\n")]
    public void OtherWords_AreAnswered_AndHungUpOn(string words, string answer)
    {
        using var socket = Connect();
        socket.Send(Encoding.Latin1.GetBytes(words));
        Assert.StartsWith(answer, ReadToEnd(socket));
        MustServe();
    }

    [Fact]
    public void EndlessHead_IsHungUpOn()
    {
        using var socket = Connect();
        byte[] line = Encoding.ASCII.GetBytes(new string('x', 1000));
        try
        {
            for (int i = 0; i < 100; i++)
                socket.Send(line);
        }
        catch (SocketException)
        {
        }
        Assert.Equal("", ReadToEnd(socket));
        MustServe();
    }

    [Fact]
    public void HugeLength_IsHungUpOn_WithoutWaitingForIt()
    {
        using var socket = Connect();
        socket.Send(RpcProtocol.Connect);
        socket.Send([0xfc, 0x7f, 0xff, 0xff, 0xff, 1]);
        Assert.Equal("HTTP/1.0 200 Connected to Go RPC\n\n", ReadToEnd(socket));
        MustServe();
    }

    [Fact]
    public void SilentClients_AreHungUpOn_AndKeepNobodyWaiting()
    {
        var silent = new List<Socket>();
        for (int i = 0; i < 100; i++)
        {
            silent.Add(Connect());
            silent[i].Send(RpcProtocol.Connect[..(i % 20)]);
        }
        MustServe();
        Assert.All(silent, socket => Assert.Equal("", ReadToEnd(socket)));
        foreach (var socket in silent)
            socket.Dispose();
        MustServe();
    }

    [Fact]
    public void MoreClientsThanAreServedAtATime_AreServedLater()
    {
        var clients = new List<Socket>();
        for (int i = 0; i < 400; i++)
            clients.Add(Connect());
        foreach (var client in clients[..300])
            client.Dispose();
        MustServe();
        foreach (var client in clients)
            client.Dispose();
    }

    [Theory]
    [InlineData("DHCP.Foo", "{}", "rpc: can't find method DHCP.Foo")]
    [InlineData("DHCP.Allocate", "{", "error parsing netconf: network configuration: not valid JSON (line 1, byte 2)")]
    [InlineData("DHCP.Allocate", "[]", "error parsing netconf: network configuration: expected an object, found an array")]
    [InlineData("DHCP.Allocate", """{"name":"a/b"}""", "invalid characters found in network name")]
    [InlineData("DHCP.Release", """{"name":"../../etc"}""", "invalid characters found in network name")]
    [InlineData("DHCP.Check", """{"name":"net"}""", "no lease for c1/net/eth0")]
    [InlineData("DHCP.Collect", """{"name":"net","cni.dev/valid-attachments":[{}]}""", "expected an object with containerID and ifname")]
    public void BadCalls_AreAnswered(string method, string config, string error)
    {
        using var client = RpcClient.Dial(_node.SocketPath, Deadline.After(TimeSpan.FromMinutes(1)));
        var answer = Assert.Throws<CniException>(() => client.Call(method, new CallArguments { ContainerId = "c1", IfName = "eth0", NetNs = "/x", Config = Encoding.UTF8.GetBytes(config) }));
        Assert.Contains(error, answer.Message);
    }

    [Fact]
    public void AnyBytes_AreHungUpOnOrAnswered_AndOthersAreServed()
    {
        var random = new Random(3);
        byte[] call = [.. RpcProtocol.Connect, .. RpcProtocol.Call("DHCP.Check", 1, new CallArguments { ContainerId = "c1", IfName = "eth0", Config = """{"name":"net"}"""u8.ToArray() })];
        for (int round = 0; round < 300; round++)
        {
            using var socket = Connect();
            byte[] bytes = (byte[])call.Clone();
            for (int i = random.Next(1, 12); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                socket.Send(bytes);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
            }
            ReadToEnd(socket);
        }
        MustServe();
    }

    [Fact]
    public void CallerThatHangsUp_EndsTheAsking()
    {
        var pod = _node.AddPod();
        using (var socket = Connect())
        {
            socket.Send([.. RpcProtocol.Connect, .. RpcProtocol.Call("DHCP.Allocate", 1, new CallArguments { ContainerId = "c1", IfName = "eth0", NetNs = pod.Path, Config = """{"name":"net"}"""u8.ToArray() })]);
            Wait.Until(() => _node.Log.Contains("c1/net/eth0: acquiring lease", StringComparison.Ordinal), "it has begun");
        }
        Wait.Until(() => _node.Log.Contains("c1/net/eth0: released", StringComparison.Ordinal), "it has ended", seconds: 60);
    }
}
