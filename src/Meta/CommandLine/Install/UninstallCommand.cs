using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Installing;

namespace MultiNet.Meta.CommandLine.Install;

/// <summary><c>multinet uninstall</c>.</summary>
internal sealed class UninstallCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "uninstall", "remove what \"install\" has installed, and put back what it replaced",
        [
            new("--bin-dir", "DIR", "the folder of CNI plugins that was given to \"install\""),
            new("--profile", "NAME", $"the folder of a distribution: {string.Join(", ", HostProfile.Names)}") { Allowed = HostProfile.Names },
            InstallOptions.HostRoot,
            new("--force", null, "also while pods are attached"),
        ])
    {
        Notes = "The configuration goes first, so that the runtime returns to the cluster network before the plugin is gone.\n" +
            "While pods are attached it refuses: without the plugin nobody would release their addresses and interfaces.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        string binDir = arguments.PathValue("--bin-dir") ?? (arguments.Value("--profile") is { } profile
            ? HostProfile.Of(profile).BinDir
            : arguments.Required("--bin-dir", "the folder of CNI plugins that was given to \"install\""));
        bool wasThere = new Uninstaller(binDir, line => console.Out.Write(line + "\n"), InstallOptions.Root(arguments)).Uninstall(arguments.Has("--force"));
        if (!wasThere)
            console.Out.Write($"nothing is installed in {binDir}\n");
        return ExitCode.Ok;
    }
}
