using System.Runtime.InteropServices;
using MultiNet.Delegates.Ipam.Dhcp;
using MultiNet.Meta.CommandLine.Arguments;

namespace MultiNet.Meta.CommandLine.Dhcp;

/// <summary><c>multinet dhcp</c>: the daemon behind the IPAM plugin <c>dhcp</c>.</summary>
internal sealed class DhcpCommand : ICommand
{
    private static readonly DhcpDaemonOptions s_defaults = new();

    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "dhcp", "get DHCP leases for containers and keep them alive (a daemon)",
        [
            new OptionSyntax("--socketpath", "PATH", $"listen here ({s_defaults.SocketPath})"),
            new OptionSyntax("--statedir", "DIR", $"keep the leases here ({s_defaults.StateDirectory})"),
            new OptionSyntax("--pidfile", "PATH", "write the process id there"),
            new OptionSyntax("--hostprefix", "DIR", "what stands before the node's paths, where it runs in a container"),
            new OptionSyntax("--broadcast", null, "ask servers to answer by broadcast"),
            new OptionSyntax("--timeout", "TIME", "how long answers to one renewal are listened to (10s)"),
            new OptionSyntax("--resendmax", "TIME", "the longest pause between two sendings of a message (62s)"),
            new OptionSyntax("--resendtimeout", "TIME", "when a container's request is given up (208s)"),
        ])
    {
        Notes = "Runs until SIGTERM or SIGINT. Leases stay on disk and in the containers: the next daemon goes on with them.\n" +
            "Takes a socket from systemd (LISTEN_FDS), and tells it when it is ready. Under the name \"dhcp\" the executable\n" +
            "also takes \"daemon\" and the reference's options: dhcp daemon -socketpath PATH.",
    };

    /// <summary>The arguments of <c>dhcp daemon</c>, in Go's manner, in ours.</summary>
    public static string[] FromReference(ReadOnlySpan<string> args)
    {
        var translated = new List<string> { "dhcp" };
        foreach (string arg in args)
        {
            string option = arg.Length > 2 && arg[0] == '-' && arg[1] != '-' ? "-" + arg : arg;
            if (option == "--broadcast=true")
                option = "--broadcast";
            if (option != "--broadcast=false")
                translated.Add(option);
        }
        return [.. translated];
    }

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        using var daemon = DhcpDaemon.Open(
            new DhcpDaemonOptions
            {
                SocketPath = arguments.PathValue("--socketpath") ?? s_defaults.SocketPath,
                StateDirectory = arguments.PathValue("--statedir") ?? s_defaults.StateDirectory,
                PidFile = arguments.Value("--pidfile") ?? "",
                HostPrefix = arguments.Value("--hostprefix")?.TrimEnd('/') ?? "",
                Broadcast = arguments.Has("--broadcast"),
                Timeout = Time(arguments, "--timeout") ?? s_defaults.Timeout,
                ResendMax = Time(arguments, "--resendmax") ?? s_defaults.ResendMax,
                ResendTimeout = Time(arguments, "--resendtimeout") ?? s_defaults.ResendTimeout,
            },
            console.Say);
        var registrations = new List<PosixSignalRegistration>();
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                daemon.Stop();
            }));
        }
        console.Say($"multinet dhcp: listening, {daemon.Leases} leases");
        daemon.Run();
        console.Say($"multinet dhcp: stopped, {daemon.Leases} leases stay");
        foreach (var registration in registrations)
            registration.Dispose();
        return ExitCode.Ok;
    }

    private static TimeSpan? Time(ParsedArguments arguments, string option)
    {
        if (arguments.Value(option) is not { } text)
            return null;
        return GoDuration.TryParse(text, out var duration)
            ? duration
            : throw new MisuseException($"{option}: \"{text}\" is no length of time such as 10s, 1m30s or 500ms");
    }
}
