namespace MultiNet.Meta.CommandLine.Arguments;

/// <summary>An option of a command.</summary>
/// <param name="Name">With its dashes: <c>--keep</c>.</param>
/// <param name="Value">What stands for the value in the help: <c>FILE</c>; null for a switch.</param>
/// <param name="Help">What it does, in one line.</param>
internal sealed record OptionSyntax(string Name, string? Value, string Help)
{
    /// <summary>The values that are allowed; null for any.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary><c>-o json</c>, as kubectl has it.</summary>
    public static OptionSyntax Output { get; } = new("-o", "json", "print JSON instead of text") { Allowed = ["json", "text"] };

    /// <summary><c>--config FILE</c>.</summary>
    public static OptionSyntax Config { get; } = new("--config", "FILE", "a multinet configuration (.conf, .conflist), or the cluster network's own");
}
