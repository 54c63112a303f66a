using System.Text.Json;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>The configuration key <c>builtin</c>: which plugin types are taken from the built-in set, and when.</summary>
public sealed class BuiltinPolicy
{
    private readonly IReadOnlyList<string>? _types;

    private BuiltinPolicy(string name, IReadOnlyList<string>? types)
    {
        Name = name;
        _types = types;
    }

    /// <summary>What is built in runs in process. The default.</summary>
    public static BuiltinPolicy First { get; } = new("first", null);

    /// <summary>What is built in runs in process only if <c>CNI_PATH</c> has no such file.</summary>
    public static BuiltinPolicy Last { get; } = new("last", null);

    /// <summary>Nothing is taken from the built-in set; a file that is this executable still runs in process.</summary>
    public static BuiltinPolicy Off { get; } = new("off", null);

    /// <summary>The policy's name, or the types.</summary>
    public string Name { get; }

    /// <summary>These types are taken from the built-in set first, all others are executed.</summary>
    public static BuiltinPolicy Only(IReadOnlyList<string> types) => new(string.Join(',', types), types);

    /// <summary>Reads the value of the configuration key.</summary>
    /// <param name="value"><c>"first"</c>, <c>"last"</c>, <c>"off"</c>, or a list of types.</param>
    /// <param name="path">Where it stands, for errors.</param>
    /// <param name="builtinTypes">The types that are built in: a list may name no others.</param>
    /// <exception cref="CniException">Code 6: another type. Code 7: another value.</exception>
    public static BuiltinPolicy Parse(JsonElement value, string path, IReadOnlyCollection<string> builtinTypes)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            var elements = JsonFields.Elements(value, path);
            var types = new List<string>(elements.Count);
            for (int i = 0; i < elements.Count; i++)
            {
                string type = JsonFields.AsString(elements[i], $"{path}[{i}]");
                if (!builtinTypes.Contains(type))
                {
                    throw new CniException(
                        CniErrorCode.InvalidNetworkConfig, $"{path}[{i}]: \"{Shortened.Text(type, 64)}\" is not built in", $"built in are {string.Join(", ", builtinTypes)}");
                }
                types.Add(type);
            }
            return Only(types);
        }
        string text = JsonFields.AsString(value, path);
        return text switch
        {
            "" or "first" => First,
            "last" => Last,
            "off" => Off,
            _ => throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{path}: invalid value \"{Shortened.Text(text, 64)}\"", "allowed are \"first\", \"last\", \"off\", or a list of plugin types"),
        };
    }

    internal bool TakesFirst(string type)
    {
        if (_types is null)
            return ReferenceEquals(this, First);
        foreach (string listed in _types)
        {
            if (listed == type)
                return true;
        }
        return false;
    }

    internal bool TakesLast => ReferenceEquals(this, Last);
}
