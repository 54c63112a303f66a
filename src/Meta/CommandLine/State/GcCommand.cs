using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.Status;

namespace MultiNet.Meta.CommandLine.State;

/// <summary>
/// <c>multinet gc</c>: releases what sandboxes have left behind whose network namespace is gone. It is no CNI GC: it asks no plugin to
/// throw away what it does not know, because without the runtime nobody can tell what is in use.
/// </summary>
internal sealed class GcCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "gc", "release what belongs to sandboxes whose network namespace is gone",
        [.. NodeState.Options, new("--dry-run", null, "only print what would be released")])
    {
        Notes = "Sandboxes that are in use are not touched. Exit code 1 where something could not be released; it stays for the next try.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        var state = NodeState.Read(arguments);
        foreach (var (path, error) in state.Unreadable)
            console.Say($"passed over {path}: {error.Text}");
        int orphans = 0, failed = 0;
        var progress = new ProgressLines(console with { Error = console.Out });
        using var multiplexer = new Multiplexer(state.Config, source: null, StatusSinks.Open(state.Config, api: null), progress);
        foreach (var sandbox in state.Sandboxes)
        {
            if (!sandbox.IsOrphan)
                continue;
            orphans++;
            if (arguments.Has("--dry-run"))
                console.Out.Write($"would release {sandbox.Name}: {string.Join(", ", sandbox.Journal.Attachments.Select(a => $"{a.DisplayName} on {a.InterfaceName}"))}\n");
            else if (!Release(multiplexer, sandbox, progress, console))
                failed++;
        }
        console.Out.Write(Summary(state.Sandboxes.Count, orphans, failed, arguments.Has("--dry-run")));
        return failed == 0 && state.Unreadable.Count == 0 ? ExitCode.Ok : ExitCode.No;
    }

    private static bool Release(Multiplexer multiplexer, SandboxState sandbox, ProgressLines progress, CommandConsole console)
    {
        progress.Pod = sandbox.Name;
        try
        {
            multiplexer.Del(SandboxChoice.Request(sandbox) with { NetNs = "" });
            return true;
        }
        catch (CniException e)
        {
            console.Fail("gc", e);
            return false;
        }
    }

    private static string Summary(int all, int orphans, int failed, bool dryRun)
    {
        string done = dryRun ? $"{orphans} would be released" : failed == 0 ? $"{orphans} released" : $"{orphans - failed} released, {failed} could not be";
        return $"{all} sandboxes, {all - orphans} in use, {done}\n";
    }
}
