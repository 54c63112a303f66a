namespace MultiNet.Delegates.Ipam.Dhcp.Messages;

/// <summary>Values of option 53 (RFC 2132, 9.6).</summary>
internal enum DhcpMessageType : byte
{
    /// <summary>Not a DHCP message, or a type that is not known.</summary>
    None = 0,

    /// <summary>Who has an address for me?</summary>
    Discover = 1,

    /// <summary>A server's answer to DISCOVER.</summary>
    Offer = 2,

    /// <summary>I take it; or: I want to keep it.</summary>
    Request = 3,

    /// <summary>The address is in use by somebody else.</summary>
    Decline = 4,

    /// <summary>It is yours.</summary>
    Ack = 5,

    /// <summary>It is not yours.</summary>
    Nak = 6,

    /// <summary>I need it no more.</summary>
    Release = 7,
}
