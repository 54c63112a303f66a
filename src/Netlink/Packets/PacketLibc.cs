using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Packets;

/// <summary>The system calls of packet sockets (packet(7)).</summary>
internal static unsafe partial class PacketLibc
{
    internal const int AddressFamilyInet = 2, AddressFamilyPacket = 17;
    internal const int SocketDatagram = 2, SocketCloseOnExec = 0x80000, SocketNonBlocking = 0x800;
    internal const int LevelSocket = 1, LevelPacket = 263;
    internal const int ReuseAddress = 2, ReceiveBuffer = 8, BindToDevice = 25, AttachFilter = 26;
    internal const int AuxiliaryData = 8;

    /// <summary>TP_STATUS_CSUMNOTREADY: the sender left the checksum to hardware that a virtual link does not have.</summary>
    internal const uint ChecksumNotReady = 8;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int fd, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    internal static partial nint SendTo(int fd, byte* data, nuint length, int flags, LinkLayerAddress* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint ReceiveMessage(int fd, MessageHeader* message, int flags);

    /// <summary><c>struct sockaddr_ll</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkLayerAddress
    {
        internal ushort Family;
        internal ushort ProtocolBigEndian;
        internal int Index;
        internal ushort HardwareType;
        internal byte PacketType;
        internal byte AddressLength;
        internal fixed byte Address[8];
    }

    /// <summary><c>struct sockaddr_in</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct InternetAddress
    {
        internal ushort Family;
        internal ushort PortBigEndian;
        internal uint Address;
        internal ulong Zero;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Piece
    {
        internal byte* Data;
        internal nuint Length;
    }

    /// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal Piece* Pieces;
        internal nuint PieceCount;
        internal byte* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary><c>struct sock_filter</c>: one instruction of a packet filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct FilterInstruction(ushort code, byte jumpTrue, byte jumpFalse, uint operand)
    {
        internal readonly ushort Code = code;
        internal readonly byte JumpTrue = jumpTrue;
        internal readonly byte JumpFalse = jumpFalse;
        internal readonly uint Operand = operand;
    }

    /// <summary><c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FilterProgram
    {
        internal ushort Count;
        internal FilterInstruction* Instructions;
    }
}
