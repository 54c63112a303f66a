using System.Text;

namespace MultiNet.Meta.CommandLine.Arguments;

/// <summary>What a command takes.</summary>
/// <param name="Name">The command's name.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its options, besides <c>--help</c>.</param>
internal sealed record CommandSyntax(string Name, string Summary, IReadOnlyList<OptionSyntax> Options)
{
    /// <summary>The name of its arguments in the help: <c>PATH</c>; null where it takes none.</summary>
    public string? Operand { get; init; }

    /// <summary>What there is to know besides, as lines.</summary>
    public string Notes { get; init; } = "";

    /// <summary>What stands before the name: the program that has this command, with a blank; empty where the command is a program.</summary>
    public string Program { get; init; } = "multinet ";

    /// <summary>The text of <c>--help</c>.</summary>
    public string Help()
    {
        var text = new StringBuilder($"usage: {Program}{Name}{(Options.Count > 0 ? " [OPTIONS]" : "")}{(Operand is null ? "" : $" {Operand}...")}\n\n{Summary}\n");
        if (Notes.Length > 0)
            text.Append('\n').Append(Notes.TrimEnd('\n')).Append('\n');
        text.Append("\noptions:\n");
        foreach (var option in Options)
            text.Append($"  {(option.Value is null ? option.Name : $"{option.Name} {option.Value}"),-22} {option.Help}\n");
        return text.Append($"  {"--help",-22} show this\n").ToString();
    }
}
