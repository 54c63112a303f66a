using System.Text;

namespace MultiNet.Delegates.Ipam.Dhcp.Messages;

/// <summary>Option 119: domain names in the form of DNS, compression included (RFC 3397, RFC 1035 4.1.4).</summary>
internal static class SearchList
{
    private const int MostNames = 32, LongestName = 253;

    /// <summary>The names; none where the bytes are malformed.</summary>
    public static IReadOnlyList<string> Read(ReadOnlySpan<byte> bytes)
    {
        var names = new List<string>();
        int at = 0;
        while (at < bytes.Length && names.Count < MostNames)
        {
            if (!TryReadName(bytes, ref at, out string name))
                return [];
            if (name.Length > 0)
                names.Add(name);
        }
        return names;
    }

    private static bool TryReadName(ReadOnlySpan<byte> bytes, ref int next, out string name)
    {
        var text = new StringBuilder();
        name = "";
        int at = next, end = -1;
        while (at < bytes.Length)
        {
            int length = bytes[at];
            if (length == 0)
            {
                next = end < 0 ? at + 1 : end;
                name = text.ToString();
                return true;
            }
            if (length >= 0xc0)
            {
                // Only backwards: then it ends.
                if (at + 1 >= bytes.Length || (((length & 0x3f) << 8) | bytes[at + 1]) is var target && target >= at)
                    return false;
                end = end < 0 ? at + 2 : end;
                at = target;
                continue;
            }
            if (length > 63 || at + 1 + length > bytes.Length || text.Length + length + 1 > LongestName)
                return false;
            if (text.Length > 0)
                text.Append('.');
            foreach (byte c in bytes.Slice(at + 1, length))
            {
                if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_'))
                    return false;
                text.Append((char)c);
            }
            at += 1 + length;
        }
        return false;
    }
}
