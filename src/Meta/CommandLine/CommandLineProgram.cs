using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Dhcp;
using MultiNet.Meta.CommandLine.HotPlug;
using MultiNet.Meta.CommandLine.Install;
using MultiNet.Meta.CommandLine.Lint;
using MultiNet.Meta.CommandLine.Plan;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.CommandLine.State;

namespace MultiNet.Meta.CommandLine;

/// <summary>The command line: what <c>multinet</c> is where no <c>CNI_COMMAND</c> is in the environment.</summary>
internal static class CommandLineProgram
{
    /// <summary>Runs a command.</summary>
    /// <param name="args">The arguments without the program's name.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="error">The standard error.</param>
    /// <returns>0; 1: the answer is no, or it could not be done; 2: misuse.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var console = new CommandConsole(output, error);
        if (args.Length == 0)
        {
            error.Write(Help());
            return ExitCode.Misuse;
        }
        string name = args[0];
        if (name is "--help" or "-h" or "help")
        {
            output.Write(Help());
            return ExitCode.Ok;
        }
        if (name is "--version")
            name = "version";
        var command = Commands().Find(c => c.Syntax.Name == name);
        if (command is null)
        {
            console.Say($"multinet: unknown command \"{name}\"{NearestName.Hint(name, Commands().ConvertAll(c => c.Syntax.Name))}");
            console.Say("see: multinet --help");
            return ExitCode.Misuse;
        }
        return Run(command, args.AsSpan(1), console);
    }

    private static int Run(ICommand command, ReadOnlySpan<string> args, CommandConsole console)
    {
        string name = command.Syntax.Name;
        try
        {
            var arguments = ArgumentParser.Parse(command.Syntax, args);
            if (arguments.WantsHelp)
            {
                console.Out.Write(command.Syntax.Help());
                return ExitCode.Ok;
            }
            int code = command.Run(arguments, console);
            console.Out.Flush();
            return code;
        }
        catch (MisuseException e)
        {
            console.Say($"multinet {name}: {e.Message}");
            console.Say($"see: multinet {name} --help");
            return ExitCode.Misuse;
        }
        catch (CniException e)
        {
            console.Fail(name, e);
            return ExitCode.No;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full, the reader of the output is gone, a folder is not for this user.
            console.Fail(name, new CniException(CniErrorCode.IOFailure, e.Message));
            return ExitCode.No;
        }
        catch (Exception e)
        {
            // A bug, or the machine in a state that nobody thought of: say so, and do not leave with a core dump.
            console.Fail(name, new CniException(CniErrorCode.Internal, $"unexpected {e.GetType().Name}: {e.Message}", e.StackTrace ?? ""));
            return ExitCode.No;
        }
    }

    private static List<ICommand> Commands() =>
    [
        new RunCommand(), new PlanCommand(), new LintCommand(), new InstallCommand(), new UninstallCommand(), new StatusCommand(), new SyncCommand(), new CheckCommand(), new ReconcileCommand(), new GcCommand(), new DhcpCommand(), new VersionCommand(),
    ];

    private static string Help()
    {
        string text = "usage: multinet COMMAND [OPTIONS] [ARGUMENTS]\n\nA CNI plugin that attaches pods to several networks. Container runtimes call it with\n" +
            "CNI_COMMAND in the environment; without, it is this command line.\n\ncommands:\n";
        foreach (var command in Commands())
            text += $"  {command.Syntax.Name,-10} {command.Syntax.Summary}\n";
        return text + "\nmultinet COMMAND --help tells more. Exit code: 0; 1 where the answer is no; 2 for misuse.\n";
    }
}
