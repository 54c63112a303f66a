using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Installing;

namespace MultiNet.Meta.CommandLine.Install;

/// <summary><c>multinet uninstall</c>.</summary>
internal sealed class UninstallCommand : ICommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "uninstall", "remove what \"install\" has installed, and put back what it replaced",
        [
            new("--bin-dir", "DIR", "the folder of CNI plugins that was given to \"install\""),
            new("--profile", "NAME", $"the folder of a distribution: {string.Join(", ", HostProfile.Names)}") { Allowed = HostProfile.Names },
            InstallOptions.HostRoot,
            new("--force", null, "also while pods are attached to further networks"),
            new("--stay", null, "wait for those pods, and stay afterwards until SIGTERM: for a DaemonSet, whose containers must not end"),
        ])
    {
        Notes = "The configuration goes first, so that the runtime returns to the cluster network before the plugin is gone.\n" +
            "While pods are attached to further networks it refuses: without the plugin nobody would release their addresses and\n" +
            "interfaces. Pods that have the cluster network alone go on, and are released by it.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        string binDir = arguments.PathValue("--bin-dir") ?? InstallOptions.Profile(arguments)?.BinDir
            ?? arguments.Required("--bin-dir", "the folder of CNI plugins that was given to \"install\"");
        if (!arguments.Has("--stay"))
        {
            Uninstall(binDir, arguments, console);
            return ExitCode.Ok;
        }
        using var end = new TerminationSignal();
        string said = "";
        while (!end.Token.IsCancellationRequested)
        {
            try
            {
                Uninstall(binDir, arguments, console);
                console.Say("multinet uninstall: done, waiting for SIGTERM");
                end.Token.WaitHandle.WaitOne();
            }
            // Pods with further networks: they come to an end some time.
            catch (CniException e) when (e.Code == CniErrorCode.TryAgainLater)
            {
                if (e.Message != said)
                    console.Fail("uninstall", e);
                said = e.Message;
                end.Token.WaitHandle.WaitOne(s_pause);
            }
        }
        return ExitCode.Ok;
    }

    private static void Uninstall(string binDir, ParsedArguments arguments, CommandConsole console)
    {
        bool wasThere = new Uninstaller(binDir, line => console.Out.Write(line + "\n"), InstallOptions.Root(arguments)).Uninstall(arguments.Has("--force"));
        if (!wasThere)
            console.Out.Write($"nothing is installed in {binDir}\n");
        console.Out.Flush();
    }
}
