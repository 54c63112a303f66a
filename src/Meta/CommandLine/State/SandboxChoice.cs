using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.CommandLine.State;

/// <summary>Which sandboxes of the node a command is for.</summary>
internal static class SandboxChoice
{
    /// <summary>The options that choose.</summary>
    public static IReadOnlyList<OptionSyntax> Options { get; } =
    [
        new("--container", "ID", "the sandboxes of this container"),
        new("--pod", "NS/NAME", "the sandboxes of this pod"),
        new("--all", null, "all sandboxes of this node that are in use"),
    ];

    /// <summary>The sandboxes that the arguments name.</summary>
    /// <exception cref="MisuseException">None of the options was given, or several.</exception>
    /// <exception cref="CniException">Code 3: there is no such sandbox, or it is not in use.</exception>
    public static IReadOnlyList<SandboxState> Of(ParsedArguments arguments, NodeState state)
    {
        string? container = arguments.Value("--container"), pod = arguments.Value("--pod");
        if ((container is null ? 0 : 1) + (pod is null ? 0 : 1) + (arguments.Has("--all") ? 1 : 0) != 1)
            throw new MisuseException("give one of --container ID, --pod NS/NAME, --all");
        if (arguments.Has("--all"))
            return [.. state.Sandboxes.Where(s => !s.IsOrphan && s.Journal.Pod is not null)];
        string name = pod is null ? "" : pod.Contains('/') ? pod : $"default/{pod}";
        var found = state.Sandboxes.Where(s => container is null ? s.Journal.Pod?.ToString() == name : s.Journal.ContainerId == container).ToList();
        string what = container is null ? $"pod {name}" : $"container {container}";
        if (found.Count == 0)
        {
            throw new CniException(
                CniErrorCode.UnknownContainer, $"{what} has no sandbox on this node",
                $"there is no journal in {state.Config.StateDir}; a pod in the host's network has none, nor has one from before the installation");
        }
        var alive = found.Where(s => !s.IsOrphan).ToList();
        return alive.Count > 0 ? alive : throw new CniException(CniErrorCode.UnknownContainer, $"{what}: {found[0].WhyGone}", "\"multinet gc\" releases what it had");
    }

    /// <summary>The sandbox as a verb takes it; external plugins are found on <c>CNI_PATH</c> and where they were at ADD.</summary>
    public static SandboxRequest Request(SandboxState sandbox) => new()
    {
        ContainerId = sandbox.Journal.ContainerId,
        NetNs = sandbox.Journal.NetNs,
        IfName = sandbox.Journal.IfName,
        Pod = sandbox.Journal.Pod,
        Path = Paths(sandbox.Journal),
    };

    /// <summary>Writes the members that name a sandbox.</summary>
    public static void WriteNames(Utf8JsonWriter json, SandboxJournal journal)
    {
        json.WriteString("containerId", journal.ContainerId);
        json.WriteString("interface", journal.IfName);
        if (journal.Pod is not { } pod)
            return;
        json.WriteStartObject("pod");
        json.WriteString("namespace", pod.Namespace);
        json.WriteString("name", pod.Name);
        json.WriteString("uid", pod.Uid);
        json.WriteEndObject();
    }

    private static List<string> Paths(SandboxJournal journal)
    {
        var folders = (Environment.GetEnvironmentVariable("CNI_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).ToList();
        folders.AddRange(journal.Path.Where(folder => !folders.Contains(folder)));
        return folders;
    }
}
