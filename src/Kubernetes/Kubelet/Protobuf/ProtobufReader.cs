using System.Text;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>
/// Reads one message of the protocol buffers' wire format, field by field. Nothing in it recurses: a message in a message has a reader of
/// its own, which the caller makes, so that an answer cannot be nested deeper than the messages that are known.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = message;
    private int _wireType;

    /// <summary>Goes to the next field, whose value must then be read or skipped.</summary>
    /// <param name="field">The field's number.</param>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">The message is broken.</exception>
    public bool TryReadField(out int field)
    {
        field = 0;
        if (_rest.IsEmpty)
            return false;
        ulong tag = ReadVarint();
        field = tag <= uint.MaxValue ? (int)(tag >> 3) : 0;
        _wireType = (int)(tag & 7);
        return field > 0 ? true : throw new InvalidDataException("a field without a number");
    }

    /// <summary>The bytes of a string, of bytes or of a message.</summary>
    /// <exception cref="InvalidDataException">The value is of another type, or cut off.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        if (_wireType != 2)
            throw new InvalidDataException($"a field of wire type {_wireType} where bytes are expected");
        ulong length = ReadVarint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw CutOff();
    }

    /// <summary>A string.</summary>
    /// <exception cref="InvalidDataException">It is none, cut off, or not UTF-8.</exception>
    public string ReadString()
    {
        try
        {
            return s_strict.GetString(ReadBytes());
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a string that is not UTF-8", e);
        }
    }

    /// <summary>Passes over a value of any type.</summary>
    /// <exception cref="InvalidDataException">It is cut off, or a group, which no version 3 of the language has.</exception>
    public void Skip()
    {
        switch (_wireType)
        {
            case 0:
                ReadVarint();
                break;
            case 1:
                Take(sizeof(ulong));
                break;
            case 2:
                ReadBytes();
                break;
            case 5:
                Take(sizeof(uint));
                break;
            default:
                throw new InvalidDataException($"a field of the unknown wire type {_wireType}");
        }
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("a number of more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw CutOff();
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static InvalidDataException CutOff() => new("the message ends in the middle of a value");
}
