namespace MultiNet.Netlink.Messages;

/// <summary>Makes an object of the body of an answer; null where the message is not of interest.</summary>
internal delegate T? MessageParser<out T>(ushort type, ReadOnlySpan<byte> body)
    where T : class;
