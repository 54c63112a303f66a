using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;
using MultiNet.Netlink.Packets;

namespace MultiNet.Netlink;

/// <summary>
/// IPv4 packets of one interface to one UDP port, and packets out of it: also while the interface has no address, when the kernel's own
/// UDP neither sends nor receives. Never blocks. Belongs to the namespace of the thread that opened it and keeps that alive: close it soon.
/// </summary>
public sealed unsafe class PacketSocket : IDisposable
{
    private const ushort IPv4Protocol = 0x0800;

    private readonly FileDescriptor _descriptor;
    private readonly FileDescriptor? _holder;
    private readonly int _linkIndex;

    private PacketSocket(FileDescriptor descriptor, FileDescriptor? holder, int linkIndex)
    {
        _descriptor = descriptor;
        _holder = holder;
        _linkIndex = linkIndex;
    }

    /// <summary>The descriptor's number, for waiting until something can be received.</summary>
    public int Descriptor => _descriptor.Number;

    /// <summary>Opens a socket in the namespace of the calling thread.</summary>
    /// <param name="linkIndex">The interface.</param>
    /// <param name="linkName">Its name.</param>
    /// <param name="port">The UDP port at which packets are received; the kernel drops all others before they wake anybody.</param>
    /// <exception cref="KernelException">ENODEV: no such interface. EPERM: CAP_NET_RAW is lacking.</exception>
    public static PacketSocket OpenUdp(int linkIndex, string linkName, ushort port)
    {
        ArgumentException.ThrowIfNullOrEmpty(linkName);
        // No protocol yet: else it would receive from every interface until it is bound to one.
        int fd = PacketLibc.Socket(
            PacketLibc.AddressFamilyPacket, PacketLibc.SocketDatagram | PacketLibc.SocketCloseOnExec | PacketLibc.SocketNonBlocking, 0);
        if (fd < 0)
            throw new KernelException("open packet socket", Marshal.GetLastPInvokeError());
        var descriptor = new FileDescriptor(fd);
        try
        {
            SetFilter(fd, port);
            int one = 1;
            Check(PacketLibc.SetSocketOption(fd, PacketLibc.LevelPacket, PacketLibc.AuxiliaryData, &one, sizeof(int)), "ask for checksum states");
            var address = new PacketLibc.LinkLayerAddress
            {
                Family = PacketLibc.AddressFamilyPacket, ProtocolBigEndian = BinaryPrimitives.ReverseEndianness(IPv4Protocol), Index = linkIndex,
            };
            Check(PacketLibc.Bind(fd, &address, (uint)sizeof(PacketLibc.LinkLayerAddress)), $"bind packet socket to \"{linkName}\"");
            return new PacketSocket(descriptor, HoldPort(linkName, port), linkIndex);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Sends an IPv4 packet, header included.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="destination">The hardware address of the next hop, or the broadcast address.</param>
    /// <exception cref="KernelException">ENETDOWN: the interface is down. ENODEV, ENXIO: it is gone. ENOBUFS: its queue is full.</exception>
    public void Send(ReadOnlySpan<byte> packet, MacAddress destination)
    {
        var address = new PacketLibc.LinkLayerAddress
        {
            Family = PacketLibc.AddressFamilyPacket,
            ProtocolBigEndian = BinaryPrimitives.ReverseEndianness(IPv4Protocol),
            Index = _linkIndex,
            AddressLength = (byte)destination.Length,
        };
        if (destination.Length > 8)
            throw new ArgumentOutOfRangeException(nameof(destination), "an address of at most 8 bytes");
        destination.CopyTo(new Span<byte>(address.Address, 8));
        fixed (byte* data = packet)
            Check(PacketLibc.SendTo(_descriptor.Number, data, (nuint)packet.Length, 0, &address, (uint)sizeof(PacketLibc.LinkLayerAddress)), "send packet");
        GC.KeepAlive(_descriptor);
    }

    /// <summary>Takes the next packet, if there is one.</summary>
    /// <param name="buffer">Where it goes, header included; what does not fit is cut off.</param>
    /// <param name="packet">What it is.</param>
    /// <exception cref="KernelException">ENETDOWN: the interface went down or away.</exception>
    public bool TryReceive(Span<byte> buffer, out ReceivedPacket packet)
    {
        packet = default;
        var sender = default(PacketLibc.LinkLayerAddress);
        byte* control = stackalloc byte[64];
        fixed (byte* data = buffer)
        {
            var piece = new PacketLibc.Piece { Data = data, Length = (nuint)buffer.Length };
            var message = new PacketLibc.MessageHeader
            {
                Name = &sender, NameLength = (uint)sizeof(PacketLibc.LinkLayerAddress), Pieces = &piece, PieceCount = 1, Control = control, ControlLength = 64,
            };
            nint length = PacketLibc.ReceiveMessage(_descriptor.Number, &message, 0);
            int errno = length < 0 ? Marshal.GetLastPInvokeError() : 0;
            GC.KeepAlive(_descriptor);
            if (errno is Errno.EAGAIN or Errno.EINTR)
                return false;
            if (length < 0)
                throw new KernelException("receive packet", errno);
            var source = new MacAddress(new ReadOnlySpan<byte>(sender.Address, Math.Min((int)sender.AddressLength, 8)));
            packet = new ReceivedPacket((int)length, source, IsChecksumReady(control, (int)message.ControlLength));
            return true;
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        _descriptor.Dispose();
        _holder?.Dispose();
    }

    // struct cmsghdr {size_t length; int level; int type}, then struct tpacket_auxdata, whose first word is the status.
    private static bool IsChecksumReady(byte* control, int length) =>
        length < 20 || *(int*)(control + 8) != PacketLibc.LevelPacket || *(int*)(control + 12) != PacketLibc.AuxiliaryData
        || (*(uint*)(control + 16) & PacketLibc.ChecksumNotReady) == 0;

    // IPv4, UDP, not a fragment, to the port. A packet socket's filter sees packets from the network header on.
    private static void SetFilter(int fd, ushort port)
    {
        const int count = 9;
        var instructions = stackalloc PacketLibc.FilterInstruction[count]
        {
            new(0x30, 0, 0, 9), // A = protocol
            new(0x15, 0, 6, 17), // UDP?
            new(0x28, 0, 0, 6), // A = flags and fragment offset
            new(0x45, 4, 0, 0x3fff), // a fragment?
            new(0xb1, 0, 0, 0), // X = header length
            new(0x48, 0, 0, 2), // A = destination port
            new(0x15, 0, 1, port),
            new(0x06, 0, 0, 0xffff), // take it
            new(0x06, 0, 0, 0), // drop it
        };
        var program = new PacketLibc.FilterProgram { Count = count, Instructions = instructions };
        Check(PacketLibc.SetSocketOption(fd, PacketLibc.LevelSocket, PacketLibc.AttachFilter, &program, (uint)sizeof(PacketLibc.FilterProgram)), "set packet filter");
    }

    // Packets to the interface's own address reach the kernel's UDP as well. With nobody at the port it would tell the sender that it is
    // unreachable. Where the container has somebody there, it has its answers.
    private static FileDescriptor? HoldPort(string linkName, ushort port)
    {
        int fd = PacketLibc.Socket(PacketLibc.AddressFamilyInet, PacketLibc.SocketDatagram | PacketLibc.SocketCloseOnExec | PacketLibc.SocketNonBlocking, 0);
        if (fd < 0)
            return null;
        var descriptor = new FileDescriptor(fd);
        int small = 1;
        PacketLibc.SetSocketOption(fd, PacketLibc.LevelSocket, PacketLibc.ReceiveBuffer, &small, sizeof(int));
        PacketLibc.SetSocketOption(fd, PacketLibc.LevelSocket, PacketLibc.ReuseAddress, &small, sizeof(int));
        Span<byte> name = stackalloc byte[64];
        int length = System.Text.Encoding.UTF8.GetBytes(linkName, name);
        var address = new PacketLibc.InternetAddress { Family = PacketLibc.AddressFamilyInet, PortBigEndian = BinaryPrimitives.ReverseEndianness(port) };
        fixed (byte* device = name)
        {
            if (PacketLibc.SetSocketOption(fd, PacketLibc.LevelSocket, PacketLibc.BindToDevice, device, (uint)length) == 0
                && PacketLibc.Bind(fd, &address, (uint)sizeof(PacketLibc.InternetAddress)) == 0)
            {
                return descriptor;
            }
        }
        descriptor.Dispose();
        return null;
    }

    private static void Check(nint result, string operation)
    {
        if (result < 0)
            throw new KernelException(operation, Marshal.GetLastPInvokeError());
    }
}
