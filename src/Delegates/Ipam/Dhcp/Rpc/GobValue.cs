using System.Text;

namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>A value out of a gob stream. What is missing is zero, as in Go.</summary>
internal sealed class GobValue
{
    /// <summary>Zero of every type.</summary>
    internal static readonly GobValue Zero = new();

    private readonly Dictionary<string, GobValue> _fields;

    internal GobValue(Dictionary<string, GobValue>? fields = null) => _fields = fields ?? [];

    /// <summary>A field of a struct.</summary>
    internal GobValue this[string name] => _fields.GetValueOrDefault(name, Zero);

    /// <summary>A number with a sign.</summary>
    internal long Number { get; init; }

    /// <summary>An unsigned number.</summary>
    internal ulong Unsigned { get; init; }

    /// <summary>Bytes.</summary>
    internal byte[] Bytes { get; init; } = [];

    /// <summary>Elements of a slice or array.</summary>
    internal IReadOnlyList<GobValue> Items { get; init; } = [];

    /// <summary>Bytes as a text.</summary>
    internal string Text => Encoding.UTF8.GetString(Bytes);
}
