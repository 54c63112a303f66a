namespace MultiNet.Delegates.Ipam.Dhcp;

/// <summary>The options of the daemon; the names of the reference's in parentheses.</summary>
public sealed record DhcpDaemonOptions
{
    /// <summary>Where it listens (<c>-socketpath</c>).</summary>
    public string SocketPath { get; init; } = DhcpConfig.DefaultSocketPath;

    /// <summary>Where it keeps its leases.</summary>
    public string StateDirectory { get; init; } = DhcpConfig.DefaultStateDirectory;

    /// <summary>The file that gets its process id, or empty (<c>-pidfile</c>).</summary>
    public string PidFile { get; init; } = "";

    /// <summary>What stands before the node's paths where the daemon runs in a container (<c>-hostprefix</c>).</summary>
    public string HostPrefix { get; init; } = "";

    /// <summary>Ask for answers to everybody (<c>-broadcast</c>).</summary>
    public bool Broadcast { get; init; }

    /// <summary>How long the answers to one renewal are listened to (<c>-timeout</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between two sendings of a message (<c>-resendmax</c>).</summary>
    public TimeSpan ResendMax { get; init; } = TimeSpan.FromSeconds(62);

    /// <summary>When an ADD is given up (<c>-resendtimeout</c>).</summary>
    public TimeSpan ResendTimeout { get; init; } = TimeSpan.FromSeconds(208);
}
