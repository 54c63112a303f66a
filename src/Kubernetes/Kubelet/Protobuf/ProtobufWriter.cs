using System.Buffers;
using System.Text;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>Writes one message in the protocol buffers' wire format. Empty strings are left out, as version 3 of the language wants it.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _message = new();

    /// <summary>The message so far.</summary>
    public byte[] Written => _message.WrittenSpan.ToArray();

    /// <summary>A string.</summary>
    public ProtobufWriter String(int field, string value) => value.Length == 0 ? this : Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message, or bytes; an empty one is written too.</summary>
    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _message.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _message.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }
        _message.Write([(byte)value]);
    }
}
