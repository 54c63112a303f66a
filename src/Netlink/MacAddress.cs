using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink;

/// <summary>
/// A hardware address of 6 (Ethernet), 8 (EUI-64) or 20 (InfiniBand) bytes; <c>default</c> has no bytes at all.
/// Text is lower-case with colons.
/// </summary>
public readonly struct MacAddress : IEquatable<MacAddress>
{
    private const int MaximumLength = 20;

    private readonly Bytes _bytes;
    private readonly byte _length;

    /// <summary>Takes over the bytes.</summary>
    /// <param name="bytes">At most 20 bytes.</param>
    /// <exception cref="ArgumentException">More than 20 bytes.</exception>
    public MacAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumLength)
            throw new ArgumentException($"a hardware address has at most {MaximumLength} bytes, found {bytes.Length}", nameof(bytes));
        bytes.CopyTo(_bytes);
        _length = (byte)bytes.Length;
    }

    /// <summary>The number of bytes; 0 for <c>default</c>.</summary>
    public int Length => _length;

    /// <summary>There are no bytes: the interface has no hardware address.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Every byte is zero, or there is none.</summary>
    public bool IsZero => !Span.ContainsAnyExcept((byte)0);

    /// <summary>The group bit is set: such an address cannot be given to an interface.</summary>
    public bool IsMulticast => _length > 0 && (Span[0] & 1) != 0;

    [UnscopedRef]
    private ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)_bytes)[.._length];

    /// <summary>Compares length and bytes.</summary>
    public static bool operator ==(MacAddress left, MacAddress right) => left.Equals(right);

    /// <summary>Compares length and bytes.</summary>
    public static bool operator !=(MacAddress left, MacAddress right) => !left.Equals(right);

    /// <summary>A random unicast address from the locally administered range, as the kernel makes them.</summary>
    public static unsafe MacAddress Random()
    {
        byte* bytes = stackalloc byte[6];
        if (Libc.GetRandom(bytes, 6, 0) != 6)
            throw new KernelException("get random bytes", System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
        bytes[0] = (byte)((bytes[0] & 0xfe) | 0x02);
        return new MacAddress(new ReadOnlySpan<byte>(bytes, 6));
    }

    /// <summary>Reads what Go's net.ParseMAC reads.</summary>
    /// <exception cref="FormatException">The text is none of the forms that <see cref="TryParse"/> names.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException(
                $"\"{text}\" is not a hardware address: expected 6, 8 or 20 bytes such as 0a:58:0a:01:02:03, 0a-58-0a-01-02-03 or 0a58.0a01.0203");

    /// <summary>
    /// Reads what Go's net.ParseMAC reads: 6, 8 or 20 bytes in hexadecimal, as pairs with colons or with hyphens, or as groups of
    /// four digits with dots; either case.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length < 14)
            return false;
        char separator = text[2] is ':' or '-' ? text[2] : '.';
        int digits = separator == '.' ? 4 : 2;
        int groups = (text.Length + 1) / (digits + 1);
        int length = groups * digits / 2;
        if ((text.Length + 1) % (digits + 1) != 0 || length is not (6 or 8 or 20))
            return false;
        Span<byte> bytes = stackalloc byte[MaximumLength];
        int count = 0;
        for (int group = 0; group < groups; group++)
        {
            int start = group * (digits + 1);
            if (group > 0 && text[start - 1] != separator)
                return false;
            for (int digit = start; digit < start + digits; digit += 2)
            {
                int high = HexDigit(text[digit]), low = HexDigit(text[digit + 1]);
                if ((high | low) < 0)
                    return false;
                bytes[count++] = (byte)((high << 4) | low);
            }
        }
        address = new MacAddress(bytes[..length]);
        return true;
    }

    /// <summary>Writes the bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Span.CopyTo(destination);

    /// <inheritdoc/>
    public bool Equals(MacAddress other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hexadecimal pairs with colons; "" for no bytes.</summary>
    public override string ToString()
    {
        if (_length == 0)
            return "";
        Span<char> text = stackalloc char[MaximumLength * 3];
        for (int i = 0; i < _length; i++)
        {
            text[i * 3] = (char)(Span[i] >> 4 < 10 ? '0' + (Span[i] >> 4) : 'a' + (Span[i] >> 4) - 10);
            text[(i * 3) + 1] = (char)((Span[i] & 15) < 10 ? '0' + (Span[i] & 15) : 'a' + (Span[i] & 15) - 10);
            text[(i * 3) + 2] = ':';
        }
        return new string(text[..((_length * 3) - 1)]);
    }

    private static int HexDigit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };

    [InlineArray(MaximumLength)]
    private struct Bytes
    {
        private byte _first;
    }
}
