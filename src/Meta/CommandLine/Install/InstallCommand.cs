using System.Diagnostics;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Installing;

namespace MultiNet.Meta.CommandLine.Install;

/// <summary><c>multinet install</c>.</summary>
internal sealed class InstallCommand : ICommand
{
    private static readonly TimeSpan s_sayAgain = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "install", "install this program and its configuration on a node",
        [
            .. InstallOptions.All,
            new("--wait", null, "wait for a cluster network that is not there yet"),
            new("--follow", null, "stay, and keep the installation as it must be while the node changes"),
            new("--check", null, "touch nothing; exit code 0 if everything is in place, 1 if not"),
        ])
    {
        Notes = "Puts multinet-VERSION into the plugin folder, a link multinet to it, and a link for every built-in plugin whose name is\n" +
            "free; then writes 00-multinet.conflist, which keeps the cluster network that is there as the default network.\n" +
            "Every file appears whole; installing again changes only what differs. \"uninstall\" removes exactly that.\n" +
            "Nothing is taken away when --follow ends.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        var request = InstallOptions.Read(arguments);
        if (arguments.Has("--check"))
            return Check(request, console);
        if (!arguments.Has("--wait") && !arguments.Has("--follow"))
        {
            Install(request, console);
            return ExitCode.Ok;
        }

        using var end = new TerminationSignal();
        bool isInstalled = true;
        if (arguments.Has("--follow"))
            Follow(request, console, end.Token);
        else
            isInstalled = InstallWhenReady(request, console, end.Token);
        return isInstalled ? ExitCode.Ok : ExitCode.No;
    }

    private static void Install(InstallRequest request, CommandConsole console) => new Installer(request, line => console.Out.Write(line + "\n")).Install();

    private static int Check(InstallRequest request, CommandConsole console)
    {
        var files = new InstalledFiles(request);
        var problems = new List<string>(files.Differences([]));
        if (files.Configuration() is { Length: > 0 } configuration)
            Configuration.ConfigurationFile.Read(Configuration.ConfigurationFile.Load(request.Host.Here(request.ConfigPath)), $"{request.ConfigPath} ({configuration.Length} bytes)");
        else
            problems.Add($"{request.ConfigPath} is missing or empty");
        foreach (string problem in problems)
            console.Out.Write(problem + "\n");
        return problems.Count == 0 ? ExitCode.Ok : ExitCode.No;
    }

    private static void Follow(InstallRequest request, CommandConsole console, CancellationToken end)
    {
        var follower = new InstallationFollower(request, happened => console.Say($"{happened.Kind.ToString().ToLowerInvariant()}: {happened.Message}"), TimeProvider.System);
        follower.FollowAsync(end).GetAwaiter().GetResult();
        console.Say("multinet install: ended, everything stays as it is on the node");
    }

    private static bool InstallWhenReady(InstallRequest request, CommandConsole console, CancellationToken end)
    {
        long started = Stopwatch.GetTimestamp();
        var next = TimeSpan.Zero;
        while (!NodeConfiguration.HasOwnNetwork(request) && PrimarySearch.For(request, InstallRecord.Read(new InstallPaths(request.Host.Here(request.BinDir)))).Look() is { Network: null } findings)
        {
            if (Stopwatch.GetElapsedTime(started) is var waited && waited >= next)
            {
                console.Say($"waiting ({waited.TotalSeconds:0} s): {findings.Missing().Message}");
                next = waited + s_sayAgain;
            }
            if (end.WaitHandle.WaitOne(InstallationFollower.Interval))
                return false;
        }
        Install(request, console);
        return true;
    }
}
