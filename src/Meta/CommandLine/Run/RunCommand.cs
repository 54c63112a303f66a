using System.Diagnostics;
using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Configuration;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary><c>multinet run</c>: attaches the pods of manifests for real, each in a namespace of its own, and takes them down again.</summary>
internal sealed class RunCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "run", "attach the pods of manifests, each in a network namespace of its own (as root)",
        [
            new("--keep", null, "leave everything up until \"multinet run --down\""),
            new("--down", null, "take down what an earlier run has left up"),
            new("--pod", "NS/NAME", "this pod only"),
            OptionSyntax.Config,
            new("--host", null, "use this machine's network instead of a node of the trial's own"),
            new("--state-dir", "DIR", $"where all state is kept (default {TrialFolder.DefaultPath})"),
            OptionSyntax.Output,
        ])
    {
        Operand = "PATH",
        Notes = "PATH is a folder or a file of YAML or JSON with Pods and NetworkAttachmentDefinitions. The cluster's default\n" +
            "network is that of --config, else of the first *.conf or *.conflist of type multinet in a folder, else a bridge\n" +
            $"({TrialConfiguration.Bridge}, {TrialConfiguration.Subnet}). Plugins that are not built in are searched for in \"binDir\" and CNI_PATH.\n" +
            "Bridges and rules are made in a network namespace that plays the node, so that the machine's own network is not touched.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        if (arguments.Has("--down") != (arguments.Operands.Count == 0))
            throw new MisuseException(arguments.Has("--down") ? "--down takes no PATH" : "name the manifests: a folder or files");
        if (arguments.Has("--down") && (arguments.Has("--keep") || arguments.Has("--host") || arguments.Has("--config") || arguments.Has("--pod")))
            throw new MisuseException("--down goes with --state-dir only");
        var folder = new TrialFolder(arguments.PathValue("--state-dir") ?? TrialFolder.DefaultPath);
        if (!Environment.IsPrivilegedProcess)
        {
            throw new CniException(
                CniErrorCode.Internal, "making network namespaces and interfaces needs root",
                "try: sudo multinet run ...; \"multinet plan\" shows without root what would be done");
        }

        using var interruption = new Interruption();
        using var held = TrialLock.Take(folder);
        return arguments.Has("--down") ? Down(folder, console) : Up(arguments, folder, console, interruption);
    }

    private static int Up(ParsedArguments arguments, TrialFolder folder, CommandConsole console, Interruption interruption)
    {
        var source = new ManifestSource(arguments.Operands);
        var pods = PodSelection.Of(source, arguments.Value("--pod"));
        var (config, _) = TrialConfiguration.Read(arguments.PathValue("--config"), arguments.Operands, folder.Path);
        var stage = new TrialStage(folder, console);
        if (!NodeProcess.IsInside)
        {
            foreach (string warning in source.Warnings)
                console.Say(warning);
            // Does not return with a node of the trial's own: the program starts again inside and comes by here again.
            stage.SetUp(pods, config, arguments.Has("--host"));
        }

        var attached = new List<AttachedPod>();
        bool stays = arguments.Has("--keep");
        try
        {
            attached = Attach(pods, config, source, folder, console, interruption);
            Report(arguments, console, attached);
            // Half a trial that stays up would only puzzle; what was attached is of use only if something was.
            stays &= !interruption.IsRequested && attached.Exists(p => p.Error is null);
        }
        catch
        {
            stays = false;
            throw;
        }
        finally
        {
            if (!stays)
                stage.TearDown();
        }
        if (stays)
            PrintHints(console, folder, attached);
        bool failed = stage.HasFailed || interruption.IsRequested || attached.Exists(p => p.Error is not null);
        return failed ? ExitCode.No : ExitCode.Ok;
    }

    private static int Down(TrialFolder folder, CommandConsole console)
    {
        if (Trial.Read(folder) is not { } trial)
        {
            console.Say($"nothing is up in {folder.Path}");
            return ExitCode.Ok;
        }
        var stage = new TrialStage(folder, console);
        if (!NodeProcess.IsInside)
            stage.Enter(trial);
        stage.TearDown();
        return stage.HasFailed ? ExitCode.No : ExitCode.Ok;
    }

    private static List<AttachedPod> Attach(
        IReadOnlyList<Pod> pods, MetaConfig config, ManifestSource source, TrialFolder folder, CommandConsole console, Interruption interruption)
    {
        var attached = new List<AttachedPod>();
        var progress = new ProgressLines(console);
        using var multiplexer = new Multiplexer(config, source, progress: progress);
        foreach (var pod in pods)
        {
            if (interruption.IsRequested)
                break;
            var sandbox = PodSandbox.Of(pod, folder);
            progress.Pod = sandbox.ToString();
            long started = Stopwatch.GetTimestamp();
            try
            {
                var networks = multiplexer.Add(sandbox.Request(pod.Uid));
                attached.Add(new AttachedPod(sandbox, networks, Stopwatch.GetElapsedTime(started), null));
            }
            catch (CniException e)
            {
                attached.Add(new AttachedPod(sandbox, [], Stopwatch.GetElapsedTime(started), e));
                console.Fail("run", e);
            }
        }
        return attached;
    }

    private static void Report(ParsedArguments arguments, CommandConsole console, IReadOnlyList<AttachedPod> attached)
    {
        if (arguments.WantsJson)
            PodReport.WriteJson(console, attached);
        else
            PodReport.WriteText(console, attached);
        console.Out.Flush();
    }

    private static void PrintHints(CommandConsole console, TrialFolder folder, List<AttachedPod> attached)
    {
        console.Say("\nStill up. Look at it from inside:");
        foreach (var pod in attached)
        {
            if (pod.Error is null)
                console.Say($"  nsenter --net={pod.Sandbox.NetNs} ip addr");
        }
        if (File.Exists(folder.NodeNamespace))
            console.Say($"  nsenter --net={folder.NodeNamespace} ip addr    # the node");
        console.Say($"Take it down:\n  multinet run --down{folder.Option}");
    }
}
