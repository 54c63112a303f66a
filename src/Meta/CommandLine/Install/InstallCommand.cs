using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.State;
using MultiNet.Meta.Installing;

namespace MultiNet.Meta.CommandLine.Install;

/// <summary><c>multinet install</c>.</summary>
internal sealed class InstallCommand : ICommand
{
    private static readonly OptionSyntax s_binDir = new("--bin-dir", "DIR", "the runtime's folder of CNI plugins, such as /opt/cni/bin");

    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "install", "install this program and its configuration on a node",
        [
            s_binDir,
            new("--conf-dir", "DIR", "the runtime's folder of network configurations, such as /etc/cni/net.d"),
            new("--config", "FILE", "the configuration to install, instead of one for the cluster network that is there"),
            new("--cni-version", "VERSION", "in which the runtime calls (default: the cluster network's; 1.1.0 brings STATUS and GC)") { Allowed = CniVersion.All },
            new("--manifest-dir", "DIR", "set the key manifestDir: pods and definitions are read from this folder"),
            new("--replace", null, "take the place of other plugins of a built-in type; they are kept aside"),
        ])
    {
        Notes = "Puts multinet-VERSION into the plugin folder, a link multinet to it, and a link for every built-in plugin whose name is\n" +
            "free; then writes 00-multinet.conflist, which keeps the cluster network that is there as the default network.\n" +
            "Every file appears whole; installing again changes only what differs. \"uninstall\" removes exactly that.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        arguments.Required("--bin-dir", "the runtime's folder of CNI plugins, such as /opt/cni/bin");
        arguments.Required("--conf-dir", "the runtime's folder of network configurations, such as /etc/cni/net.d");
        var request = new InstallRequest
        {
            BinDir = Folder(arguments.PathValue("--bin-dir")!),
            ConfDir = Folder(arguments.PathValue("--conf-dir")!),
            Executable = Environment.ProcessPath!,
            Version = VersionCommand.Version,
            PluginTypes = BuiltinPlugins.Types,
            ConfigFile = arguments.PathValue("--config"),
            CniVersion = arguments.Value("--cni-version"),
            ManifestDir = arguments.PathValue("--manifest-dir"),
            Replace = arguments.Has("--replace"),
        };
        new Installer(request, line => console.Out.Write(line + "\n")).Install();
        return ExitCode.Ok;
    }

    // "/opt/cni/bin/" and "/opt/cni/bin" are one folder.
    private static string Folder(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
