using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.DBus;

namespace MultiNet.Delegates.Tests.DBus;

/// <summary>Against a scripted bus: what a real one does not do. <see cref="DBusDaemonTests"/> has a real one.</summary>
public sealed class DBusConnectionTests
{
    private static readonly DBusCall s_call = new("org.example", "/org/example", "org.example.Zone", "ask", "über", "10.0.0.1/32");

    private static DBusReply Ask(FakeBus bus, TimeSpan? patience = null)
    {
        using var connection = DBusConnection.Open(bus.Address);
        return connection.Call(s_call, Deadline.After(patience ?? TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_GetsItsAnswer_InEitherByteOrder(bool bigEndian)
    {
        FakeBus.Call? came = null;
        using var bus = new FakeBus(peer =>
        {
            peer.BigEndian = bigEndian;
            peer.Greet();
            // Signals, and answers to somebody else, come in between.
            peer.Send(peer.Message(4, 0, "s", peer.String("NameAcquired"), ""));
            came = peer.Next();
            peer.Send(peer.Message(2, came!.Serial + 7, "s", peer.String("not for you"), ""));
            peer.Send(peer.Message(4, 0, "as", [1, 2, 3], ""));
            peer.Answer(came, "grüße");
        });
        Assert.Equal("grüße", Ask(bus).String());
        Assert.Equal(["über", "10.0.0.1/32"], came!.Arguments);
        Assert.Equal(("org.example", "/org/example", "org.example.Zone", "ask"), (came.Destination, came.Path, came.Interface, came.Method));
        Assert.Equal(2, came.Flags);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answer_IsABoolean(bool value)
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Greet();
            peer.Answer(peer.Next()!, value);
        });
        var reply = Ask(bus);
        Assert.Equal(value, reply.Boolean());
        Assert.Equal(DBusProblem.Broken, Assert.Throws<DBusException>(() => reply.String()).Problem);
    }

    [Fact]
    public void Answer_MayComeByteByByte()
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Greet();
            foreach (byte b in peer.Message(2, peer.Next()!.Serial, "s", peer.String("slow"), ""))
                peer.Send([b]);
        });
        Assert.Equal("slow", Ask(bus).String());
    }

    [Theory]
    [InlineData("s", "ZONE_CONFLICT: 'x'", "ZONE_CONFLICT: 'x'")]
    [InlineData("", "", "org.example.Error")]
    public void Error_IsThrown_WithNameAndText(string signature, string text, string message)
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Greet();
            peer.Send(peer.Message(3, peer.Next()!.Serial, signature, signature.Length == 0 ? [] : peer.String(text), "org.example.Error"));
        });
        var error = Assert.Throws<DBusException>(() => Ask(bus));
        Assert.Equal((DBusProblem.Answer, "org.example.Error", message), (error.Problem, error.ErrorName, error.Message));
    }

    // Each is what comes instead of a sane answer to the call; every length in it is a lie or too much.
    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "text", Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n") },
        { "other version of the protocol", [(byte)'l', 2, 0, 2, .. new byte[12]] },
        { "body of 4 GiB", [(byte)'l', 2, 0, 1, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0] },
        { "fields of 4 GiB", [(byte)'l', 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255] },
        { "body of 2 MiB", [(byte)'l', 2, 0, 1, 0, 0, 32, 0, 1, 0, 0, 0, 0, 0, 0, 0] },
        { "field that ends nowhere", [(byte)'l', 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 4, 1, (byte)'s', 0, 255, 255, 0, 0] },
        { "negative length", [(byte)'l', 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 4, 1, (byte)'s', 0, 255, 255, 255, 255] },
        { "type without end", [(byte)'l', 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 4, 255, (byte)'s', 0, 0, 0, 0, 0] },
        { "container in a field", [(byte)'l', 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 9, 1, (byte)'a', 0, 0, 0, 0, 0] },
        { "half a message", [(byte)'l', 2, 0, 1, 100, 0] },
    };

    [Theory, MemberData(nameof(Garbage))]
    public void Garbage_IsAnError(string what, byte[] garbage)
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Greet();
            peer.Next();
            peer.Send(garbage);
        });
        var error = Assert.Throws<DBusException>(() => Ask(bus));
        Assert.True(error.Problem == DBusProblem.Broken, $"{what}: {error}");
    }

    [Theory]
    [InlineData("REJECTED EXTERNAL\r\n", "did not let us in: REJECTED EXTERNAL")]
    [InlineData("ERROR\r\n", "did not let us in: ERROR")]
    [InlineData("DATA\r\nREJECTED\r\n", "did not let us in: REJECTED")]
    [InlineData("", "hung up")]
    [InlineData("SSH-2.0-x\r\n", "SSH-2.0-x")]
    public void Bus_ThatDoesNotLetUsIn_IsAnError(string answer, string message)
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Line();
            peer.Say(answer);
            if (answer.Length > 0)
                peer.WaitForTheEnd();
        });
        var error = Assert.Throws<DBusException>(() => DBusConnection.Open(bus.Address));
        Assert.Equal(DBusProblem.Broken, error.Problem);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Line_WithoutEnd_IsAnError()
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Line();
            peer.Say(new string('x', 5000));
            peer.WaitForTheEnd();
        });
        Assert.Contains("no message bus", Assert.Throws<DBusException>(() => DBusConnection.Open(bus.Address)).Message);
    }

    [Fact]
    public void Answer_ThatDoesNotCome_IsATimeout()
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Greet();
            peer.WaitForTheEnd();
        });
        Assert.Equal(DBusProblem.Timeout, Assert.Throws<DBusException>(() => Ask(bus, TimeSpan.FromMilliseconds(50))).Problem);
    }

    [Fact]
    public void Signals_WithoutEnd_DoNotHoldUsBeyondTheDeadline()
    {
        using var bus = new FakeBus(peer =>
        {
            peer.Greet();
            byte[] signal = peer.Message(4, 0, "", [], "");
            while (true)
                peer.Send(signal);
        });
        Assert.Equal(DBusProblem.Timeout, Assert.Throws<DBusException>(() => Ask(bus, TimeSpan.FromMilliseconds(50))).Problem);
    }

    [Theory]
    [InlineData("unix:path=/nowhere/bus")]
    [InlineData("unix:abstract=multinet-nobody-is-here")]
    [InlineData("unix:path=/nowhere/1;unix:path=/nowhere/2")]
    [InlineData("tcp:host=localhost,port=1")]
    [InlineData("")]
    [InlineData("unix:path=")]
    public void NoBus_IsSaid(string address) =>
        Assert.Equal(DBusProblem.NoBus, Assert.Throws<DBusException>(() => DBusConnection.Open(address)).Problem);

    [Fact]
    public void NoBus_IsSaid_WhereTheSocketWasLeftBehind()
    {
        var bus = new FakeBus(_ => { });
        string left = Path.Combine(Directory.CreateTempSubdirectory("multinet-bus-").FullName, "bus");
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(left));
            Assert.Equal(DBusProblem.NoBus, Assert.Throws<DBusException>(() => DBusConnection.Open($"unix:path={left}")).Problem);
        }
        bus.Dispose();
        Directory.Delete(Path.GetDirectoryName(left)!, recursive: true);
    }

    [Theory]
    [InlineData("unix:path=/run/a", "/run/a")]
    [InlineData("unix:path=/run/a,guid=12ab", "/run/a")]
    [InlineData("unix:guid=12ab,path=/run/a%20b%c3%a4", "/run/a bä")]
    [InlineData("tcp:host=x;unix:path=/a;unix:abstract=/b", "/a|@/b")]
    [InlineData("unix:path=/%", "/%")]
    [InlineData("unix:path=/x%2", "/x%2")]
    [InlineData("unix:tmpdir=/tmp", "")]
    [InlineData("unix:path=/012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", "")]
    public void Address_IsReadAsTheSpecificationSays(string address, string sockets) =>
        Assert.Equal(sockets, string.Join('|', DBusAddress.Sockets(address).Select(s => s.ToString().TrimEnd('\0'))));
}
