using System.Diagnostics;

namespace MultiNet.EndToEnd.Tests.Node;

/// <summary>
/// A node in a box: mount, network and process namespaces of its own (see eng/node.sh). Plugins, containerd, nft and the like run in
/// it as on a real node, and the machine sees nothing of it. When it is disposed, or the test process dies, everything in it ends.
/// </summary>
internal sealed class NodeSandbox : IAsyncDisposable
{
    /// <summary>Where the node has the executable and its links, the first place where a runtime looks for plugins.</summary>
    public const string BuiltInBin = "/opt/cni/bin";

    /// <summary>Where the node has the reference plugins.</summary>
    public const string ReferenceBin = "/opt/cni/reference";

    /// <summary>Where the node has the reference plugins of Debian 12.</summary>
    public const string BookwormBin = "/opt/cni/bookworm";

    private readonly Process _holder;

    private NodeSandbox(Process holder, string processId)
    {
        _holder = holder;
        ProcessId = processId;
    }

    /// <summary>A process of the node, as the machine sees it.</summary>
    public string ProcessId { get; }

    /// <summary>The names of the pods' network namespaces, in the order of their creation.</summary>
    public List<string> Pods { get; } = [];

    /// <summary>Starts an empty node.</summary>
    public static async Task<NodeSandbox> StartAsync()
    {
        var start = new ProcessStartInfo("unshare", [
            "--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private", "sh", "-c", TestEnvironment.Script("node.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["REFERENCE_PLUGINS"] = TestEnvironment.ReferencePlugins;
        start.Environment["REFERENCE_PLUGINS_BOOKWORM"] = TestEnvironment.BookwormPlugins;
        start.Environment["MULTINET_BIN"] = TestEnvironment.MultiNet;
        var holder = Process.Start(start) ?? throw new InvalidOperationException("could not start unshare");
        var answer = await holder.StandardOutput.ReadLineAsync();
        if (answer?.StartsWith("ready ", StringComparison.Ordinal) != true)
        {
            var error = await holder.StandardError.ReadToEndAsync();
            holder.Dispose();
            throw new InvalidOperationException($"no sandbox (is this root?): {error}");
        }

        var node = new NodeSandbox(holder, answer["ready ".Length..]);
        // A link each, from here: there it would be a process each.
        foreach (var plugin in TestEnvironment.BuiltInPlugins)
        {
            File.CreateSymbolicLink(node.Outside($"{BuiltInBin}/{plugin}"), "multinet");
        }

        return node;
    }

    /// <summary>Where the test finds a file of the node. Symbolic links on the way lead to the machine's own files: avoid them.</summary>
    public string Outside(string path) => $"/proc/{ProcessId}/root{path}";

    /// <summary>Runs a program in the node.</summary>
    public Task<CommandResult> RunAsync(
        IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null, string? input = null) =>
        Command.RunAsync(["nsenter", "--target", ProcessId, "--mount", "--net", "--pid", "--wd=/", "--", .. command], environment, input);

    /// <summary>Runs a shell script in the node, which must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> ShellAsync(string script, IReadOnlyDictionary<string, string>? environment = null) =>
        (await RunAsync(["sh", "-e", "-c", script], environment)).MustSucceed(script).Output;

    /// <summary>Runs a shell script in a pod's network namespace, with the node's files. It must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> PodShellAsync(string pod, string script) =>
        (await RunAsync(["nsenter", $"--net={Netns(pod)}", "sh", "-e", "-c", script])).MustSucceed(script).Output;

    /// <summary>Makes a pod's network namespace, as a runtime does before ADD: <c>lo</c> exists and is down.</summary>
    /// <returns>Its path, for CNI_NETNS.</returns>
    public async Task<string> AddPodAsync(string name)
    {
        await ShellAsync($"ip netns add {name}");
        Pods.Add(name);
        return Netns(name);
    }

    /// <summary>Removes a pod's network namespace. The kernel ends it, with the interfaces in it, a moment later.</summary>
    public async Task DeletePodAsync(string name)
    {
        await ShellAsync($"ip netns delete {name}");
        Pods.Remove(name);
    }

    /// <summary>The path of a pod's network namespace in the node.</summary>
    public static string Netns(string pod) => $"/run/netns/{pod}";

    /// <summary>Writes a file of the node, its folder too.</summary>
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Outside(path))!);
        File.WriteAllText(Outside(path), text);
    }

    /// <summary>Writes an executable script of the node.</summary>
    public void WriteScript(string path, string text)
    {
        Write(path, text);
        File.SetUnixFileMode(Outside(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The text of a file of the node.</summary>
    public string Read(string path) => File.ReadAllText(Outside(path));

    /// <summary>The paths of all files under a folder of the node, sorted, relative to it. A missing folder has none.</summary>
    public IReadOnlyList<string> Files(string folder)
    {
        var root = Outside(folder);
        return Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The first process of a process namespace takes all others with it, and unshare waits for it.
        _holder.StandardInput.Close();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _holder.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _holder.Kill();
        }

        _holder.Dispose();
    }
}
