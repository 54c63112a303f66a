using System.Diagnostics.CodeAnalysis;

namespace MultiNet.Netlink.Messages;

/// <summary>nlmsghdr.nlmsg_flags. The low byte is general, the high byte depends on the kind of request (linux/netlink.h).</summary>
[Flags]
[SuppressMessage("Design", "CA1069", Justification = "The kernel gives a bit another meaning in each kind of message.")]
internal enum MessageFlags : ushort
{
    None = 0,
    Request = 0x1,
    Multi = 0x2,
    Ack = 0x4,
    Echo = 0x8,
    DumpInterrupted = 0x10,

    // GET requests
    Dump = 0x300,

    // NEW requests
    Replace = 0x100,
    Exclusive = 0x200,
    Create = 0x400,
    Append = 0x800,

    // Acknowledgements
    Capped = 0x100,
    AckAttributes = 0x200,
}
