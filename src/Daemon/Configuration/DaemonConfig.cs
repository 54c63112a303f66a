using System.Net;
using MultiNet.Hosting.Logging;
using MultiNet.Meta.Configuration;

namespace MultiNet.Daemon.Configuration;

/// <summary>The daemon's configuration; docs/daemon.md has the table.</summary>
internal sealed record DaemonConfig
{
    /// <summary><c>nodeName</c>: the node's name at the API server; pods of this node are watched.</summary>
    public string NodeName { get; init; } = "";

    /// <summary><c>kubeconfig</c>: how to reach the API server; empty: as a pod does, by its service account.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary><c>socket</c>: where <c>multinet</c> asks and reports; the <c>daemonSocket</c> of its configuration.</summary>
    public string Socket { get; init; } = MetaConfig.DefaultDaemonSocket;

    /// <summary><c>stateDir</c>: the journals of <c>multinet</c>; the <c>stateDir</c> of its configuration.</summary>
    public string StateDir { get; init; } = "/var/lib/cni/multinet";

    /// <summary><c>connections</c>: how many clients of the socket are served at a time, 1 to 1024.</summary>
    public int Connections { get; init; } = 64;

    /// <summary><c>listen</c>: where metrics and probes are served; null for nowhere (<c>"off"</c>).</summary>
    public IPEndPoint? Listen { get; init; } = new(IPAddress.Loopback, 9453);

    /// <summary><c>events</c>: tell in events of pods what was attached, released, and what failed?</summary>
    public bool Events { get; init; } = true;

    /// <summary><c>readinessIndicatorFile</c>: while this file is missing, the default network is not ready and neither is the daemon; empty for none.</summary>
    public string ReadinessIndicatorFile { get; init; } = "";

    /// <summary><c>logLevel</c>.</summary>
    public DaemonLogLevel LogLevel { get; init; } = DaemonLogLevel.Info;

    /// <summary><c>shutdownSeconds</c>: how long, after SIGTERM, what is at work may take, and status that waits may be written; 1 to 300.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>hostProcess</c>: folder in <c>/proc</c> of a process of the host itself, in whose namespaces the host's programs run.</summary>
    public string HostProcess { get; init; } = "/proc/1";

    /// <summary><c>hostMultinet</c>: the executable <c>multinet</c>, as the host sees it.</summary>
    public string HostMultinet { get; init; } = "/opt/cni/bin/multinet";

    /// <summary><c>hostConfig</c>: the configuration of <c>multinet</c>, as the host sees it; empty: where <c>multinet install</c> puts it.</summary>
    public string HostConfig { get; init; } = "";

    /// <summary><c>hotPlug</c>: plug and unplug networks of running pods as their annotations change?</summary>
    public bool HotPlug { get; init; } = true;

    /// <summary><c>reconcileSeconds</c>: how often what no living sandbox owns is released, 30 to 86400; zero (<c>0</c>) for never.</summary>
    public TimeSpan Reconcile { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary><c>checkSeconds</c>: how often the attachments of all pods are checked, 30 to 86400; zero (<c>0</c>) for never.</summary>
    public TimeSpan Check { get; init; }

    /// <summary><c>repair</c>: are attachments that a check finds changed made anew? Not the cluster's default network.</summary>
    public bool Repair { get; init; }

    /// <summary><c>install</c>: what is to be on the node, and kept so; null for nothing.</summary>
    public Meta.Installing.InstallRequest? Install { get; init; }
}
