using System.Net;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

public sealed class UdpDatagramTests
{
    // As a server sends it: the ports the other way round.
    private static byte[] Answer(int length = 301)
    {
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        byte[] packet = UdpDatagram.Make(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.5"), payload);
        (packet[20], packet[21], packet[22], packet[23]) = (packet[22], packet[23], packet[20], packet[21]);
        return packet;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(1472)]
    public void Datagram_IsRead_WithRightChecksums(int length)
    {
        Assert.True(UdpDatagram.TryRead(Answer(length), isChecksumReady: true, out var payload));
        Assert.Equal(length, payload.Length);
    }

    [Fact]
    public void Trailer_IsCutOff()
    {
        Assert.True(UdpDatagram.TryRead([.. Answer(), 1, 2, 3], isChecksumReady: true, out var payload));
        Assert.Equal(301, payload.Length);
    }

    [Fact]
    public void EachBitThatIsWrong_IsNoticed()
    {
        byte[] packet = Answer(40);
        for (int bit = 0; bit < packet.Length * 8; bit++)
        {
            byte[] wrong = (byte[])packet.Clone();
            wrong[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(UdpDatagram.TryRead(wrong, isChecksumReady: true, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void UnfinishedChecksum_CountsOnlyWhereTheSenderFinishedIt()
    {
        byte[] packet = Answer();
        packet[26] ^= 0x55;
        Assert.False(UdpDatagram.TryRead(packet, isChecksumReady: true, out _));
        Assert.True(UdpDatagram.TryRead(packet, isChecksumReady: false, out _));
        (packet[26], packet[27]) = (0, 0);
        Assert.True(UdpDatagram.TryRead(packet, isChecksumReady: true, out _));
    }
}
