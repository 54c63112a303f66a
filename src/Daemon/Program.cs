using MultiNet.Cni;
using MultiNet.Daemon.Configuration;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;
using MultiNet.Meta.CommandLine;
using MultiNet.Meta.CommandLine.Arguments;

namespace MultiNet.Daemon;

/// <summary>The executable <c>multinetd</c>.</summary>
internal static class Program
{
    private static readonly CommandSyntax s_syntax = new(
        "multinetd", "the node daemon: knows what the pods of this node want, writes their network-status, tells what happens to them",
        [
            new OptionSyntax("--config", "FILE", "the configuration (JSON; docs/daemon.md); without, all keys have their defaults"),
            new OptionSyntax("--node", "NAME", "the node's name; else \"nodeName\" of the configuration, else NODE_NAME of the environment"),
            new OptionSyntax("--kubeconfig", "FILE", "how to reach the API server, instead of the configuration's; without, as a pod does"),
            new OptionSyntax("--socket", "PATH", "where to answer, instead of the configuration's"),
            new OptionSyntax("--version", null, "print the version and end"),
        ])
    {
        Program = "",
        Notes = "Runs until SIGTERM or SIGINT. Without it, pods get their networks all the same: multinet then asks the API server\nitself. "
            + "What it has installed on the node stays when it ends.\n\n"
            + "Exit code: 0 stopped as it was told; 1 it cannot work; 2 misuse. The log is JSON on the standard error.",
    };

    private static int Main(string[] args) => Run(args, Console.Out, Console.Error);

    /// <summary>Runs the daemon.</summary>
    /// <returns>0: stopped as told; 1: it cannot work; 2: misuse.</returns>
    internal static int Run(string[] args, TextWriter output, TextWriter error) =>
        StayingProgram.Run(s_syntax, args, output, error, arguments => Serve(ReadConfig(arguments)));

    private static DaemonConfig ReadConfig(ParsedArguments arguments)
    {
        var config = arguments.PathValue("--config") is { } file ? DaemonConfigReader.Load(file) : new DaemonConfig();
        string node = arguments.Value("--node") is { } given ? DaemonConfigReader.ReadNodeName(given, "--node")
            : config.NodeName.Length > 0 ? config.NodeName
            : DaemonConfigReader.ReadNodeName(Environment.GetEnvironmentVariable("NODE_NAME") ?? "", "NODE_NAME");
        if (node.Length == 0)
            throw new MisuseException("the node's name is not known: --node NAME, \"nodeName\" in the configuration, or NODE_NAME in the environment");
        return config with
        {
            NodeName = node,
            Kubeconfig = arguments.PathValue("--kubeconfig") ?? config.Kubeconfig,
            Socket = arguments.PathValue("--socket") ?? config.Socket,
        };
    }

    private static void Serve(DaemonConfig config)
    {
        var cluster = config.Kubeconfig.Length > 0 ? KubeConfig.Load([config.Kubeconfig]) : InClusterConfig.Load()
            ?? throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "it is not known how to reach the API server",
                "give a kubeconfig (--kubeconfig, or the key \"kubeconfig\"), or run in a pod with a service account");
        using var stop = new CancellationTokenSource();
        using var signals = StayingProgram.OnSignals(stop.Cancel);
        using var daemon = new NodeDaemon(config, cluster, new DaemonLog(Console.OpenStandardError(), config.LogLevel));
        daemon.RunAsync(stop.Token).GetAwaiter().GetResult();
    }
}
