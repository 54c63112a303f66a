using System.Text;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>Who holds a reservation: what a reservation's file says.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="IfName">The interface in it, or null for a file of the reference before 0.8, which names the container only.</param>
internal readonly record struct Owner(string ContainerId, string? IfName)
{
    // Room for a suffix within NAME_MAX (255 bytes).
    private const int LongestIndexName = 240;

    /// <summary>The container alone, as old files name it.</summary>
    public Owner Legacy => this with { IfName = null };

    /// <summary>The content of the file.</summary>
    public byte[] ToContent() => Encoding.UTF8.GetBytes(IfName is null ? ContainerId : $"{ContainerId}\r\n{IfName}");

    /// <summary>Reads a file's content; blanks around it do not count. False for an empty file, which an interrupted write left behind.</summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out Owner owner)
    {
        owner = default;
        string text = Encoding.UTF8.GetString(content).Trim();
        if (text.Length == 0)
            return false;
        int lineBreak = text.IndexOf("\r\n", StringComparison.Ordinal);
        owner = lineBreak < 0 ? new Owner(text, null) : new Owner(text[..lineBreak], text[(lineBreak + 2)..]);
        return true;
    }

    /// <summary>The owner as a file name, unique to it; null where it cannot be one, which no valid container id and interface name cause but length.</summary>
    public string? ToIndexName()
    {
        // Neither has a comma: container ids consist of letters, digits, dots, hyphens and underscores.
        string name = IfName is null ? ContainerId : $"{ContainerId},{IfName}";
        bool valid = name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && !name.Contains('/') && !name.Contains('\0')
            && ContainerId.IndexOf(',') < 0 && Encoding.UTF8.GetByteCount(name) <= LongestIndexName;
        return valid ? name : null;
    }
}
