using MultiNet.Meta.CommandLine.Arguments;

namespace MultiNet.Meta.CommandLine;

/// <summary>A command of the command line.</summary>
internal interface ICommand
{
    /// <summary>What it takes.</summary>
    CommandSyntax Syntax { get; }

    /// <summary>Does it.</summary>
    /// <returns>A value of <see cref="ExitCode"/>.</returns>
    /// <exception cref="Cni.CniException">It could not be done: exit code 1.</exception>
    /// <exception cref="MisuseException">The arguments make no sense: exit code 2.</exception>
    int Run(ParsedArguments arguments, CommandConsole console);
}
