using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Configuration;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Installing;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Reconciling;

namespace MultiNet.Meta.CommandLine.State;

/// <summary>What the journals of this node say.</summary>
internal sealed class NodeState
{
    private const string ConfDir = "/etc/cni/net.d";

    /// <summary>Options of the commands that look at the node's state.</summary>
    public static IReadOnlyList<OptionSyntax> Options { get; } =
    [
        new("--config", "FILE", $"the configuration (default {ConfDir}/{InstallPaths.ConfigName}, where there is one)"),
        new("--state-dir", "DIR", "where the journals are, instead of the configuration's stateDir"),
    ];

    /// <summary>The configuration that names the places.</summary>
    public required MetaConfig Config { get; init; }

    /// <summary>The sandboxes, in the order of their pods' names.</summary>
    public required IReadOnlyList<SandboxState> Sandboxes { get; init; }

    /// <summary>Journals that cannot be read, with the reason.</summary>
    public required IReadOnlyList<(string Path, CniException Error)> Unreadable { get; init; }

    /// <summary>Reads the state that the arguments name.</summary>
    /// <exception cref="CniException">The configuration cannot be read.</exception>
    public static NodeState Read(ParsedArguments arguments)
    {
        var config = ReadConfig(arguments);
        var unreadable = new List<(string, CniException)>();
        var sandboxes = new List<SandboxState>();
        var hostLinks = new HostLinks();
        foreach (var journal in new JournalStore(config.StateDir).List((path, error) => unreadable.Add((path, error))))
            sandboxes.Add(new SandboxState(journal, hostLinks.WhyGone(journal)));
        sandboxes.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new NodeState { Config = config, Sandboxes = sandboxes, Unreadable = unreadable };
    }

    internal static MetaConfig ReadConfig(ParsedArguments arguments)
    {
        string installed = Path.Combine(ConfDir, InstallPaths.ConfigName);
        string? file = arguments.PathValue("--config") ?? (File.Exists(installed) ? installed : null);
        var config = file is null ? new MetaConfig() : ConfigurationFile.Read(ConfigurationFile.Load(file), file);
        return arguments.PathValue("--state-dir") is { } stateDir ? config with { StateDir = stateDir } : config;
    }
}
