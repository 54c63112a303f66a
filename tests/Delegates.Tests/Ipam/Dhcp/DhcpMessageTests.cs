using System.Net;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

public sealed class DhcpMessageTests
{
    private static DhcpMessage Message()
    {
        var message = new DhcpMessage
        {
            IsReply = true, TransactionId = 0x12345678, Seconds = 7, WantsBroadcast = true, ClientAddress = IPAddress.Parse("10.0.0.1"),
            YourAddress = IPAddress.Parse("10.0.0.2"), RelayAddress = IPAddress.Parse("10.0.0.3"), HardwareAddress = MacAddress.Parse("02:00:00:00:00:09"),
        };
        message.Set(OptionCode.MessageType, [(byte)DhcpMessageType.Ack]);
        message.Set(OptionCode.ServerIdentifier, IPAddress.Parse("10.0.0.4"));
        return message;
    }

    private static DhcpMessage Parse(byte[] bytes)
    {
        Assert.True(DhcpMessage.TryParse(bytes, out var message));
        return message;
    }

    [Fact]
    public void Message_IsTheSame_AfterItWasWrittenAndRead()
    {
        byte[] bytes = Message().ToBytes();
        var read = Parse(bytes);
        Assert.Equal(bytes, read.ToBytes());
        Assert.True(read.IsReply);
        Assert.True(read.WantsBroadcast);
        Assert.Equal((0x12345678u, (ushort)7), (read.TransactionId, read.Seconds));
        Assert.Equal("10.0.0.1 10.0.0.2 10.0.0.3", $"{read.ClientAddress} {read.YourAddress} {read.RelayAddress}");
        Assert.Equal("02:00:00:00:00:09", read.HardwareAddress.ToString());
        Assert.Equal(DhcpMessageType.Ack, read.Type);
        Assert.Equal("10.0.0.4", read.Server!.ToString());
    }

    [Fact]
    public void Message_HasAtLeast300Bytes_AsOldRelaysWant() => Assert.Equal(300, Message().ToBytes().Length);

    [Fact]
    public void LongValue_TravelsInParts()
    {
        byte[] value = [.. Enumerable.Range(0, 700).Select(i => (byte)i)];
        var message = Message();
        message.Set(OptionCode.ClasslessStaticRoutes, value);
        Assert.Equal(value, Parse(message.ToBytes()).Option(OptionCode.ClasslessStaticRoutes)!);
    }

    [Fact]
    public void OptionsInOtherFields_AreRead()
    {
        var message = Message();
        message.Set(OptionCode.Overload, [3]);
        byte[] bytes = message.ToBytes();
        new byte[] { OptionCode.Routers, 4, 1, 2, 3, 4, 255 }.CopyTo(bytes, 108); // file
        new byte[] { OptionCode.SubnetMask, 4, 255, 0, 0, 0, 255 }.CopyTo(bytes, 44); // sname
        Assert.Equal("1.2.3.4", Parse(bytes).Address(OptionCode.Routers)!.ToString());
        Assert.Equal([255, 0, 0, 0], Parse(bytes).Option(OptionCode.SubnetMask)!);
    }

    [Fact]
    public void OptionThatRunsOverTheEnd_IsLeftOut()
    {
        byte[] bytes = Message().ToBytes()[..250];
        bytes[248] = OptionCode.Routers;
        bytes[249] = 200;
        Assert.Null(Parse(bytes).Option(OptionCode.Routers));
    }

    [Theory]
    [InlineData(0, 3)] // op
    [InlineData(1, 6)] // hardware type
    [InlineData(2, 16)] // address length
    [InlineData(236, 0)] // cookie
    public void OtherProtocols_AreRefused(int at, byte value)
    {
        byte[] bytes = Message().ToBytes();
        bytes[at] = value;
        Assert.False(DhcpMessage.TryParse(bytes, out _));
    }

    [Fact]
    public void AnyBytes_AreAMessageOrNone_AndNeverMore()
    {
        var random = new Random(1);
        byte[] packet = UdpDatagram.Make(IPAddress.Any, IPAddress.Broadcast, Message().ToBytes());
        packet[22] = 0;
        packet[23] = (byte)UdpDatagram.ClientPort;
        int parsed = 0;
        for (int round = 0; round < 200_000; round++)
        {
            byte[] bytes = round % 2 == 0 ? (byte[])packet.Clone() : new byte[random.Next(0, 700)];
            if (round % 2 == 1)
                random.NextBytes(bytes);
            for (int i = random.Next(8); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes = bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)];
            if (UdpDatagram.TryRead(bytes, isChecksumReady: false, out var payload) | DhcpMessage.TryParse(round % 2 == 0 ? bytes.AsSpan(Math.Min(28, bytes.Length)) : bytes, out var message))
            {
                if (message is null)
                    continue;
                parsed++;
                var terms = new LeaseTerms(message);
                Assert.InRange(terms.RenewalSeconds, 0u, terms.RebindingSeconds);
                Assert.InRange(terms.RebindingSeconds, 0u, terms.LeaseSeconds);
                Assert.All(terms.Routes(), route => Assert.InRange(route.Dst.Length, 0, 32));
                terms.Dns([OptionCode.DomainName, OptionCode.DomainNameServers, OptionCode.DomainSearch]);
                _ = terms.PrefixLength;
                _ = message.ToBytes();
            }
        }
        Assert.True(parsed > 10_000, $"{parsed}");
    }
}
