using System.Diagnostics;
using System.Runtime.InteropServices;
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
        if (!arguments.Has("--wait") && !arguments.Has("--follow"))
        {
            Install(request, console);
            return ExitCode.Ok;
        }

        using var end = new CancellationTokenSource();
        var registrations = new List<PosixSignalRegistration>();
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                end.Cancel();
            }));
        }
        bool isInstalled = true;
        if (arguments.Has("--follow"))
            Follow(request, console, end.Token);
        else
            isInstalled = InstallWhenReady(request, console, end.Token);
        foreach (var registration in registrations)
            registration.Dispose();
        return isInstalled ? ExitCode.Ok : ExitCode.No;
    }

    private static void Install(InstallRequest request, CommandConsole console) => new Installer(request, line => console.Out.Write(line + "\n")).Install();

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
