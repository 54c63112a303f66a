using System.Buffers.Binary;
using System.Text;

namespace MultiNet.Delegates.DBus;

/// <summary>A method call whose arguments are strings.</summary>
/// <param name="Destination">The name of who is to answer: <c>org.freedesktop.DBus</c>.</param>
/// <param name="Path">The object: <c>/org/freedesktop/DBus</c>.</param>
/// <param name="Interface">The interface that has the method.</param>
/// <param name="Method">The method.</param>
/// <param name="Arguments">Its arguments; no zero characters.</param>
internal sealed record DBusCall(string Destination, string Path, string Interface, string Method, params IReadOnlyList<string> Arguments)
{
    private const byte MethodCall = 1;

    // Without it the bus would start a service that does not run.
    private const byte NoAutoStart = 2;

    private const byte ProtocolVersion = 1;

    /// <summary>May the bus start the service for this call?</summary>
    public bool MayStartService { get; init; }

    /// <summary>The message (D-Bus specification, "Message Format"), little endian.</summary>
    public byte[] ToMessage(uint serial)
    {
        var body = new List<byte>();
        foreach (string argument in Arguments)
            AddString(body, argument);

        var message = new List<byte> { (byte)'l', MethodCall, MayStartService ? (byte)0 : NoAutoStart, ProtocolVersion };
        AddUInt32(message, (uint)body.Count);
        AddUInt32(message, serial);
        int lengthAt = message.Count;
        AddUInt32(message, 0);
        int fieldsAt = message.Count;
        AddField(message, DBusHeaderField.Path, 'o', Path);
        AddField(message, DBusHeaderField.Interface, 's', Interface);
        AddField(message, DBusHeaderField.Member, 's', Method);
        AddField(message, DBusHeaderField.Destination, 's', Destination);
        if (Arguments.Count > 0)
            AddField(message, DBusHeaderField.Signature, 'g', new string('s', Arguments.Count));
        int fieldsLength = message.Count - fieldsAt;
        Pad(message, 8);
        message.AddRange(body);

        byte[] bytes = [.. message];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(lengthAt), (uint)fieldsLength);
        return bytes;
    }

    private static void AddField(List<byte> to, DBusHeaderField field, char type, string value)
    {
        Pad(to, 8);
        to.AddRange([(byte)field, 1, (byte)type, 0]);
        if (type == 'g')
        {
            to.Add((byte)value.Length);
            to.AddRange(Encoding.ASCII.GetBytes(value));
            to.Add(0);
        }
        else
        {
            AddString(to, value);
        }
    }

    private static void AddString(List<byte> to, string value)
    {
        Pad(to, 4);
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        AddUInt32(to, (uint)bytes.Length);
        to.AddRange(bytes);
        to.Add(0);
    }

    private static void AddUInt32(List<byte> to, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        to.AddRange(bytes);
    }

    private static void Pad(List<byte> to, int size)
    {
        while (to.Count % size != 0)
            to.Add(0);
    }
}
