namespace MultiNet.Kubernetes.KubeConfigs;

/// <summary>
/// A value in a kubeconfig. The format knows text, lists and mappings; numbers and booleans are taken as the text that was written.
/// </summary>
internal sealed class ConfigNode
{
    private readonly Dictionary<string, ConfigNode>? _members;
    private readonly List<ConfigNode>? _items;
    private readonly string _text;

    private ConfigNode(string path, Dictionary<string, ConfigNode>? members, List<ConfigNode>? items, string text, bool isNull)
    {
        Path = path;
        _members = members;
        _items = items;
        _text = text;
        IsNull = isNull;
    }

    /// <summary>Where it stands, for errors: <c>FILE: users[0].user.token</c>.</summary>
    public string Path { get; }

    /// <summary>Is it <c>null</c>, or was nothing written?</summary>
    public bool IsNull { get; }

    /// <summary>A mapping.</summary>
    public static ConfigNode Mapping(string path, Dictionary<string, ConfigNode> members) => new(path, members, null, "", isNull: false);

    /// <summary>A list.</summary>
    public static ConfigNode List(string path, List<ConfigNode> items) => new(path, null, items, "", isNull: false);

    /// <summary>Text.</summary>
    public static ConfigNode Text(string path, string text) => new(path, null, null, text, isNull: false);

    /// <summary>Nothing.</summary>
    public static ConfigNode Null(string path) => new(path, null, null, "", isNull: true);

    /// <summary>A member of the mapping; nothing where it is missing.</summary>
    /// <exception cref="KubeConfigException">This is no mapping.</exception>
    public ConfigNode this[string key]
    {
        get
        {
            if (IsNull)
                return Null(PathOf(key));
            if (_members is null)
                throw Unexpected("a mapping");
            return _members.TryGetValue(key, out var found) ? found : Null(PathOf(key));
        }
    }

    /// <summary>The items of the list; none where nothing was written.</summary>
    /// <exception cref="KubeConfigException">It is no list.</exception>
    public IReadOnlyList<ConfigNode> Items => IsNull ? [] : _items ?? throw Unexpected("a list");

    /// <summary>The members of the mapping; none where nothing was written.</summary>
    /// <exception cref="KubeConfigException">It is no mapping.</exception>
    public IReadOnlyCollection<KeyValuePair<string, ConfigNode>> Members => IsNull ? [] : _members ?? throw Unexpected("a mapping");

    /// <summary>The text; empty where nothing was written.</summary>
    /// <exception cref="KubeConfigException">It is no text.</exception>
    public string AsText() => _members is null && _items is null ? _text : throw Unexpected("text");

    /// <summary>The truth value; false where nothing was written.</summary>
    /// <exception cref="KubeConfigException">It is neither <c>true</c> nor <c>false</c>.</exception>
    public bool AsBoolean() => IsNull ? false : AsText() switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        var other => throw new KubeConfigException($"{Path}: expected true or false, found \"{Cut(other)}\""),
    };

    /// <summary>The path of a member.</summary>
    public string PathOf(string key) => Path.EndsWith(": ", StringComparison.Ordinal) ? Path + key : $"{Path}.{key}";

    // What stands here may be a secret: it is named by its kind only.
    private KubeConfigException Unexpected(string expected) =>
        new($"{Path}: expected {expected}, found {(_members is not null ? "a mapping" : _items is not null ? "a list" : "text")}");

    private static string Cut(string text) => text.Length > 20 ? text[..20] + "..." : text;
}
