using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink.Tests.Messages;

/// <summary>The other end of a socket pair: plays the kernel where the real one cannot be made to misbehave.</summary>
internal sealed unsafe partial class FakeKernel : IDisposable
{
    private readonly FileDescriptor _end;

    internal FakeKernel()
    {
        int* ends = stackalloc int[2];
        Assert.Equal(0, SocketPair(1, 2, 0, ends));
        _end = new FileDescriptor(ends[0]);
        var socket = new NetlinkSocket(new FileDescriptor(ends[1]));
        socket.SetDeadline(TimeSpan.FromSeconds(60));
        Channel = new NetlinkChannel(socket);
    }

    internal NetlinkChannel Channel { get; }

    /// <summary>Queues a datagram of messages.</summary>
    internal void Answer(params (ushort Type, MessageFlags Flags, uint Sequence, byte[] Body)[] messages)
    {
        var bytes = new List<byte>();
        foreach (var (type, flags, sequence, body) in messages)
        {
            bytes.AddRange(BitConverter.GetBytes(16 + body.Length));
            bytes.AddRange(BitConverter.GetBytes(type));
            bytes.AddRange(BitConverter.GetBytes((ushort)flags));
            bytes.AddRange(BitConverter.GetBytes(sequence));
            bytes.AddRange(new byte[4]);
            bytes.AddRange(body);
            bytes.AddRange(new byte[-body.Length & 3]);
        }
        AnswerRaw(bytes.ToArray());
    }

    internal void AnswerRaw(byte[] datagram)
    {
        fixed (byte* data = datagram)
            Assert.Equal(datagram.Length, Libc.SendTo(_end.Number, data, (nuint)datagram.Length, 0, null, 0));
    }

    public void Dispose()
    {
        _end.Dispose();
        Channel.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int SocketPair(int domain, int type, int protocol, int* ends);
}
