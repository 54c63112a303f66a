namespace MultiNet.Meta.CommandLine.Arguments;

/// <summary>The arguments of a command, checked against its syntax.</summary>
internal sealed class ParsedArguments
{
    private readonly Dictionary<string, string> _options;

    public ParsedArguments(Dictionary<string, string> options, IReadOnlyList<string> operands, bool wantsHelp)
    {
        _options = options;
        Operands = operands;
        WantsHelp = wantsHelp;
    }

    /// <summary>What is no option, in order.</summary>
    public IReadOnlyList<string> Operands { get; }

    /// <summary>Was <c>--help</c> given?</summary>
    public bool WantsHelp { get; }

    /// <summary>Was the option given?</summary>
    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary>An option's value, or null where it was not given.</summary>
    public string? Value(string option) => _options.GetValueOrDefault(option);

    /// <summary>Is JSON wanted?</summary>
    public bool WantsJson => Value("-o") == "json";

    /// <summary>An option's value.</summary>
    /// <exception cref="MisuseException">It was not given.</exception>
    public string Required(string option, string hint) =>
        Value(option) ?? throw new MisuseException($"{option} is required: {hint}");

    /// <summary>An option's value as an absolute path, or null.</summary>
    public string? PathValue(string option) => Value(option) is { } path ? Path.GetFullPath(path) : null;
}
