using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace MultiNet.Delegates.Tests.DBus;

/// <summary>Who listens at a unix socket and says what the test scripts, in D-Bus or not. For faults; the real dbus-daemon is used too.</summary>
internal sealed class FakeBus : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-bus-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _thread;

    /// <param name="conversation">What is said to each that connects.</param>
    public FakeBus(Action<Peer> conversation)
    {
        string path = Path.Combine(_folder.FullName, "bus");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(16);
        Address = $"unix:path={path}";
        _thread = new Thread(() => Serve(conversation)) { IsBackground = true };
        _thread.Start();
    }

    public string Address { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
        _folder.Delete(recursive: true);
    }

    /// <summary>A firewalld with these zones, which answers everything as the real one does.</summary>
    public static FakeBus Firewalld(Dictionary<string, HashSet<string>> zones, bool running = true) => new(peer =>
    {
        peer.Greet();
        while (peer.Next() is { } call)
        {
            if (call.Method == "NameHasOwner")
                peer.Answer(call, running);
            else if (call.Destination != "org.fedoraproject.FirewallD1" || !running)
                peer.Refuse(call, "org.freedesktop.DBus.Error.ServiceUnknown", "The name is not activatable");
            else if (!zones.TryGetValue(call.Arguments[0], out var sources))
                peer.Refuse(call, "org.fedoraproject.FirewallD1.Exception", $"INVALID_ZONE: {call.Arguments[0]}");
            else if (call.Method == "querySource")
                peer.Answer(call, sources.Contains(call.Arguments[1]));
            else if (call.Method == "addSource" && zones.Any(z => z.Key != call.Arguments[0] && z.Value.Contains(call.Arguments[1])))
                peer.Refuse(call, "org.fedoraproject.FirewallD1.Exception", $"ZONE_CONFLICT: '{call.Arguments[1]}' already bound to a zone");
            else if (call.Method == "addSource" ? sources.Add(call.Arguments[1]) : sources.Remove(call.Arguments[1]))
                peer.Answer(call, call.Arguments[0]);
            else
                peer.Refuse(call, "org.fedoraproject.FirewallD1.Exception", call.Method == "addSource" ? $"ZONE_ALREADY_SET: '{call.Arguments[1]}'" : $"UNKNOWN_SOURCE: '{call.Arguments[1]}'");
        }
    });

    private void Serve(Action<Peer> conversation)
    {
        while (true)
        {
            try
            {
                using var socket = _listener.Accept();
                using var stream = new NetworkStream(socket);
                conversation(new Peer(stream));
            }
            catch (IOException)
            {
                // The other side hung up.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>A method call that came.</summary>
    public sealed record Call(uint Serial, byte Flags, string Destination, string Path, string Interface, string Method, IReadOnlyList<string> Arguments);

    /// <summary>The other side of a connection.</summary>
    public sealed class Peer(Stream stream)
    {
        private uint _serial;

        public bool BigEndian { get; set; }

        public void Say(string text) => Send(Encoding.Latin1.GetBytes(text));

        public void Send(byte[] bytes)
        {
            stream.Write(bytes);
            stream.Flush();
        }

        public string Line()
        {
            var line = new StringBuilder();
            for (int c = stream.ReadByte(); c is not (-1 or '\n'); c = stream.ReadByte())
                line.Append((char)c);
            return line.ToString().TrimEnd('\r');
        }

        /// <summary>Waits until the other side hangs up.</summary>
        public void WaitForTheEnd()
        {
            while (stream.ReadByte() >= 0)
            {
            }
        }

        /// <summary>Authentication, and the answer to Hello.</summary>
        public void Greet()
        {
            Assert.Equal("\0AUTH EXTERNAL", Line());
            Say("DATA\r\n");
            Assert.Equal("DATA", Line());
            Say("OK 1234deadbeef\r\n");
            Assert.Equal("BEGIN", Line());
            var hello = Next()!;
            Assert.Equal("Hello", hello.Method);
            Answer(hello, ":1.5");
        }

        /// <summary>The next call; null at the end.</summary>
        public Call? Next()
        {
            byte[] start = new byte[16];
            if (stream.ReadAtLeast(start, 16, throwOnEndOfStream: false) < 16)
                return null;
            Assert.Equal((byte)'l', start[0]);
            Assert.Equal(1, start[1]);
            int fields = BitConverter.ToInt32(start, 12), body = BitConverter.ToInt32(start, 4);
            byte[] rest = new byte[(fields + 7) / 8 * 8 + body];
            stream.ReadExactly(rest);
            var found = new Dictionary<byte, string>();
            for (int at = 0; at < fields;)
            {
                at = (at + 7) / 8 * 8;
                byte field = rest[at];
                char type = (char)rest[at + 2];
                at += 4;
                found[field] = type == 'g' ? Text(rest, at + 1, rest[at]) : Text(rest, at + 4, BitConverter.ToInt32(rest, at));
                at += type == 'g' ? rest[at] + 2 : BitConverter.ToInt32(rest, at) + 5;
            }
            var arguments = new List<string>();
            for (int at = (fields + 7) / 8 * 8; at < rest.Length;)
            {
                int length = BitConverter.ToInt32(rest, at);
                arguments.Add(Text(rest, at + 4, length));
                at = (at + length + 5 + 3) / 4 * 4;
            }
            Assert.Equal(new string('s', arguments.Count), found.GetValueOrDefault((byte)8, ""));
            return new Call(BitConverter.ToUInt32(start, 8), start[2], found[6], found[1], found[2], found[3], arguments);
        }

        public void Answer(Call call, string value) => Send(Message(2, call.Serial, "s", String(value), ""));

        public void Answer(Call call, bool value) => Send(Message(2, call.Serial, "b", Number(value ? 1u : 0), ""));

        public void Refuse(Call call, string error, string text) => Send(Message(3, call.Serial, "s", String(text), error));

        /// <summary>A message of the protocol, made as the specification says.</summary>
        public byte[] Message(byte type, uint replySerial, string signature, byte[] body, string error)
        {
            var fields = new List<byte>();
            void Field(byte field, char kind, byte[] value)
            {
                while (fields.Count % 8 != 0)
                    fields.Add(0);
                fields.AddRange([field, 1, (byte)kind, 0, .. value]);
            }
            if (replySerial != 0)
                Field(5, 'u', Number(replySerial));
            if (error.Length > 0)
                Field(4, 's', String(error));
            Field(7, 's', String("org.freedesktop.DBus"));
            if (signature.Length > 0)
                Field(8, 'g', [(byte)signature.Length, .. Encoding.ASCII.GetBytes(signature), 0]);
            // A field that nobody knows.
            Field(99, 't', [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
            int length = fields.Count;
            while (fields.Count % 8 != 0)
                fields.Add(0);
            return [(byte)(BigEndian ? 'B' : 'l'), type, 0, 1, .. Number((uint)body.Length), .. Number(++_serial), .. Number((uint)length), .. fields, .. body];
        }

        public byte[] String(string value) => [.. Number((uint)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value), 0];

        public byte[] Number(uint value)
        {
            byte[] bytes = new byte[4];
            if (BigEndian)
                BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            else
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return bytes;
        }

        private static string Text(byte[] data, int at, int length) => Encoding.UTF8.GetString(data, at, length);
    }
}
