using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Rpc;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>Go's gob encoding; DhcpReferenceTests of the end-to-end tests prove it with Go's own.</summary>
public sealed class GobTests
{
    // The example of the documentation of encoding/gob: type Point struct { X, Y int }, and the value Point{22, 33}.
    private static readonly byte[] s_pointType = Convert.FromHexString("1fff81030101" + "05506f696e74" + "01ff82" + "0001" + "02" + "0101580104" + "00" + "0101590104" + "00" + "00" + "00");
    private static readonly byte[] s_point = Convert.FromHexString("07ff82012c014200");

    private static GobValue? Read(GobReader reader, byte[] message)
    {
        Assert.True(GobReader.TryReadLength(message, 1000, out int header, out int length));
        Assert.Equal(message.Length, header + length);
        return reader.Read(message.AsSpan(header));
    }

    [Fact]
    public void ExampleOfTheDocumentation_IsRead()
    {
        var reader = new GobReader();
        Assert.Null(Read(reader, s_pointType));
        var point = Read(reader, s_point)!;
        Assert.Equal((22, 33), (point["X"].Number, point["Y"].Number));
    }

    [Fact]
    public void ExampleOfTheDocumentation_IsWritten()
    {
        Assert.Equal(s_pointType, GobWriter.StructType(65, "Point", ("X", GobWriter.Int), ("Y", GobWriter.Int)));
        var writer = new GobWriter();
        writer.Signed(65);
        writer.Begin();
        writer.Field(0, 22L);
        writer.Field(1, 33L);
        writer.End();
        Assert.Equal(s_point, writer.ToMessage());
    }

    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(7UL, "07")]
    [InlineData(127UL, "7f")]
    [InlineData(128UL, "ff80")]
    [InlineData(256UL, "fe0100")]
    [InlineData(ulong.MaxValue, "f8ffffffffffffffff")]
    public void Numbers_HaveAsManyBytesAsTheyNeed(ulong value, string hex)
    {
        var writer = new GobWriter();
        writer.Unsigned(value);
        Assert.Equal(hex, Convert.ToHexStringLower(writer.ToMessage().AsSpan(1)));
    }

    [Fact]
    public void Arguments_AreTheSame_AfterTheyWereWrittenAndRead()
    {
        var arguments = new CallArguments { ContainerId = "c", NetNs = "/n", IfName = "eth0", Args = "A=b", Path = "/p", Config = Encoding.UTF8.GetBytes(new string('x', 5000)) };
        byte[] call = RpcProtocol.Call("DHCP.Allocate", 5, arguments);
        var values = Values(call);
        Assert.Equal("DHCP.Allocate", values[0]["ServiceMethod"].Text);
        Assert.Equal(5UL, values[0]["Seq"].Unsigned);
        var read = CallArguments.From(values[1]);
        Assert.Equal(arguments with { Config = default }, read with { Config = default });
        Assert.Equal(arguments.Config.ToArray(), read.Config.ToArray());
    }

    [Fact]
    public void Result_IsTheSame_AfterItWasWrittenAndRead()
    {
        Assert.True(IPPrefix.TryParse("10.0.0.5/24", out var address));
        Assert.True(IPPrefix.TryParse("10.9.0.0/16", out var route));
        var result = new CniResult
        {
            IPs = [new CniIP { Address = address, Gateway = System.Net.IPAddress.Parse("10.0.0.1") }],
            Routes = [new CniRoute { Dst = IPPrefix.DefaultIPv4, Gw = System.Net.IPAddress.Parse("10.0.0.1"), Priority = 50 }, new CniRoute { Dst = route, Scope = 253, Mtu = 1400 }],
            Dns = new CniDns { Nameservers = ["1.2.3.4"], Domain = "d", Search = ["a", "b"] },
        };
        var described = new HashSet<int>();
        byte[] first = RpcProtocol.Answer("DHCP.Allocate", 0, result, "", described);
        byte[] second = RpcProtocol.Answer("DHCP.Release", 1, null, "broken", described);
        var values = Values([.. first, .. second]);
        Assert.Equal(Encoding.UTF8.GetString(CniResultWriter.Write(result, "1.1.0")), Encoding.UTF8.GetString(CniResultWriter.Write(ResultGob.From(values[1]), "1.1.0")));
        Assert.Equal("broken", values[2]["Error"].Text);
        Assert.Equal(1UL, values[2]["Seq"].Unsigned);
    }

    private static List<GobValue> Values(byte[] stream)
    {
        var reader = new GobReader();
        var values = new List<GobValue>();
        for (int at = 0; at < stream.Length;)
        {
            Assert.True(GobReader.TryReadLength(stream.AsSpan(at), 1_000_000, out int header, out int length));
            if (reader.Read(stream.AsSpan(at + header, length)) is { } value)
                values.Add(value);
            at += header + length;
        }
        return values;
    }

    [Theory]
    [InlineData("80")]
    [InlineData("f7000000000000000001")]
    [InlineData("00")]
    [InlineData("fc7fffffff")]
    [InlineData("f8ffffffffffffffff")]
    public void LengthsThatAreNone_OrTooLong_AreRefused(string hex) =>
        Assert.Throws<GobException>(() => GobReader.TryReadLength(Convert.FromHexString(hex), 4096, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("fe")]
    [InlineData("fe01")]
    public void LengthThatIsNotThereYet_IsWaitedFor(string hex) => Assert.False(GobReader.TryReadLength(Convert.FromHexString(hex), 4096, out _, out _));

    [Fact]
    public void AnyBytes_AreAValueOrAGobException()
    {
        var random = new Random(2);
        byte[] call = RpcProtocol.Call("DHCP.Allocate", 1, new CallArguments { ContainerId = "c1", Config = "{}"u8.ToArray() });
        int refused = 0;
        for (int round = 0; round < 100_000; round++)
        {
            byte[] bytes = (byte[])call.Clone();
            for (int i = random.Next(1, 10); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var reader = new GobReader();
            try
            {
                for (int at = 0; at < bytes.Length && GobReader.TryReadLength(bytes.AsSpan(at), 4096, out int header, out int length) && at + header + length <= bytes.Length; at += header + length)
                {
                    if (reader.Read(bytes.AsSpan(at + header, length)) is { } value)
                        _ = CallArguments.From(value);
                }
            }
            catch (GobException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 10_000, 100_000);
    }

    [Fact]
    public void TypeThatHoldsItself_DoesNotGoOnForEver()
    {
        var reader = new GobReader();
        Assert.Null(Read(reader, GobWriter.SliceType(70, "s", 70)));
        var writer = new GobWriter();
        writer.Signed(70);
        writer.Unsigned(0);
        for (int i = 0; i < 100; i++)
            writer.Unsigned(1);
        writer.Unsigned(0);
        Assert.Throws<GobException>(() => Read(reader, writer.ToMessage()));
    }
}
