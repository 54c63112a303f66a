using MultiNet.Netlink.Messages;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Netlink.Tests.Messages;

public class ReaderTests
{
    [Fact]
    public void Reader_ReadsWhatTheWriterWrote()
    {
        var writer = new MessageWriter();
        uint sequence = writer.BeginMessage(MessageType.NewLink, MessageFlags.Ack);
        writer.LinkHeader(index: 7);
        writer.U8(1, 200);
        writer.String(2, "héllo");
        int outer = writer.BeginFlaggedNested(3);
        writer.U16BigEndian(4, 0x1234);
        int inner = writer.BeginNested(5);
        writer.U64BigEndian(6, 0x0102030405060708);
        writer.EndNested(inner);
        writer.EndNested(outer);
        writer.Bytes(7, new byte[5000]);
        writer.BeginMessage(MessageType.Noop, MessageFlags.None);
        writer.Finish();

        var messages = new MessageReader(writer.Written);
        Assert.True(messages.Read());
        Assert.Equal((MessageType.NewLink, sequence), (messages.Type, messages.Sequence));
        Assert.Equal(MessageFlags.Request | MessageFlags.Ack, messages.Flags);
        var reader = new AttributeReader(messages.Body[16..]);
        Assert.True(reader.Read());
        Assert.Equal((1, 200), (reader.Type, reader.U8()));
        Assert.True(reader.Read());
        Assert.Equal("héllo", reader.String());
        Assert.True(reader.Read());
        Assert.Equal(3, reader.Type);
        var nested = reader.Nested();
        Assert.True(nested.Read());
        Assert.Equal(0x1234, nested.U16BigEndian());
        Assert.True(nested.Read());
        var deepest = nested.Nested();
        Assert.True(deepest.Read());
        Assert.Equal(0x0102030405060708u, deepest.U64BigEndian());
        Assert.False(deepest.Read());
        Assert.True(reader.Read());
        Assert.Equal(5000, reader.Value.Length);
        Assert.False(reader.Read());
        Assert.True(messages.Read());
        Assert.Equal(0, messages.Body.Length);
        Assert.False(messages.Read());
    }

    [Fact]
    public void Writer_Throws_WhenAStringHasNul() => Assert.Throws<ArgumentException>(() => new MessageWriter().String(1, "eth0\0x"));

    [Fact]
    public void Writer_Throws_WhenAnAttributeIsTooLong() =>
        Assert.Throws<ArgumentException>(() => new MessageWriter().Bytes(1, new byte[65532]));

    [Theory]
    [InlineData(new byte[] { 3, 0, 1, 0 })]
    [InlineData(new byte[] { 9, 0, 1, 0, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 255, 255, 1, 0 })]
    public void AttributeReader_ThrowsTyped_WhenALengthIsImpossible(byte[] bytes) =>
        Assert.Throws<NetlinkProtocolException>(() => new AttributeReader(bytes).Read());

    /// <summary>Random bytes, and valid messages with bytes changed or cut off, through every parser.</summary>
    [Fact]
    public void Parsers_ThrowNothingButTheTypedException_OnAnyBytes()
    {
        var random = new Random(20240611);
        var seeds = Seeds();
        int parsed = 0, refused = 0;
        for (int i = 0; i < 60_000; i++)
        {
            byte[] bytes;
            if (i % 4 == 0)
            {
                bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = (byte[])seeds[random.Next(seeds.Count)].Clone();
                for (int changes = random.Next(1, 6); changes > 0; changes--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (random.Next(4) == 0)
                    bytes = bytes[..random.Next(bytes.Length)];
            }
            foreach (var parse in s_parsers)
            {
                try
                {
                    parse(bytes);
                    parsed++;
                }
                catch (NetlinkProtocolException)
                {
                    refused++;
                }
            }
        }
        Assert.True(parsed > 1000 && refused > 1000, $"the test reaches both ways: {parsed} parsed, {refused} refused");
    }

    private static readonly Action<byte[]>[] s_parsers =
    [
        bytes => LinkParser.Parse(MessageType.NewLink, bytes),
        bytes => AddressMessages.Parse(MessageType.NewAddress, bytes),
        bytes => RouteParser.ParseAnswer(MessageType.NewRoute, bytes),
        bytes => RuleMessages.Parse(MessageType.NewRule, bytes),
        bytes => BridgeVlanMessages.Parse(MessageType.NewLink, bytes, 3),
        bytes => NftMessages.ParseTable(NftMessages.NewTable, bytes),
        bytes => NftMessages.ParseChain(NftMessages.NewChain, bytes),
        bytes => NftMessages.ParseRule(NftMessages.NewRule, bytes),
        bytes =>
        {
            var reader = new MessageReader(bytes);
            while (reader.Read())
                reader.Outcome(out _);
        },
    ];

    private static List<byte[]> Seeds()
    {
        var seeds = new List<byte[]>();
        var writer = new MessageWriter();
        Add(w => LinkMessages.WriteAdd(w, new BridgeSpec { Name = "br0", MacAddress = MacAddress.Random(), Mtu = 1, Bridge = new BridgeSettings { VlanFiltering = true, AgeingTime = 4, DefaultPortVlanId = 3 } }, null));
        Add(w => LinkMessages.WriteBridgePort(w, 3, "x", new BridgePortSettings { Hairpin = true, Isolated = false, Learning = true }));
        Add(w => AddressMessages.Write(w, 3, new InterfaceAddress { Local = new(0x01020304), PrefixLength = 24, Label = "x", ValidLifetime = 5 }, deleting: false));
        Add(w => RouteMessages.Write(
            w,
            new Route
            {
                Destination = System.Net.IPNetwork.Parse("2001:db8::/32"),
                Gateway = new(0x01020304),
                Metric = 4,
                Table = 1000,
                Mtu = 4,
                NextHops = [new RouteNextHop { LinkIndex = 4, Gateway = System.Net.IPAddress.IPv6Loopback }, new RouteNextHop { LinkIndex = 5 }],
            },
            deleting: false));
        Add(w => BridgeVlanMessages.Write(w, 3, [new BridgeVlan { Id = 4, EndId = 9 }, new BridgeVlan { Id = 10 }], false));
        Add(w => RuleMessages.Write(w, new Rule { Family = System.Net.Sockets.AddressFamily.InterNetwork, Source = System.Net.IPNetwork.Parse("10.0.0.0/8"), Mark = 4, Table = 700 }, false));
        var chain = new NftChain(new NftTable(NftFamily.Inet, "t"), "c") { Base = new NftBaseChain("nat", NftHook.Input, 4), Comment = "comment" };
        Add(w => NftMessages.WriteChain(w, chain));
        Add(w => NftMessages.WriteRule(w, new NftRule(chain).Drop().WithComment("comment")));
        return seeds;

        void Add(Action<MessageWriter> write)
        {
            writer.Clear();
            writer.BeginMessage(MessageType.Error, MessageFlags.AckAttributes);
            write(writer);
            writer.Finish();
            seeds.Add(writer.Written[MessageReader.HeaderLength..].ToArray());
            seeds.Add(writer.Written.ToArray());
        }
    }
}
