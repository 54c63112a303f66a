namespace MultiNet.Delegates.DBus;

/// <summary>What the fields of a message's header say (D-Bus specification, "Header Fields").</summary>
internal enum DBusHeaderField : byte
{
    /// <summary>The object.</summary>
    Path = 1,
    /// <summary>The interface.</summary>
    Interface = 2,
    /// <summary>Method or signal.</summary>
    Member = 3,
    /// <summary>The name of an error.</summary>
    ErrorName = 4,
    /// <summary>The serial number of the call that is answered.</summary>
    ReplySerial = 5,
    /// <summary>For whom it is.</summary>
    Destination = 6,
    /// <summary>Who sent it.</summary>
    Sender = 7,
    /// <summary>The types of the body.</summary>
    Signature = 8,
}
