using System.Net;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>The cluster's one node: mount, network, process and host name namespaces of its own.</summary>
internal sealed class Node(string processId)
{
    /// <summary>The node's address on its uplink.</summary>
    public const string Address = "172.30.0.2";

    // Longer than what any program waits for by itself (kubectl's --timeout).
    private static readonly TimeSpan s_patience = Eventually.Patience + TimeSpan.FromMinutes(1);

    /// <summary>Runs a program on the node.</summary>
    public Task<CommandResult> RunAsync(IEnumerable<string> command, string? input = null) =>
        Command.RunAsync(["nsenter", "--target", processId, "--mount", "--net", "--pid", "--uts", "--wd=/", "--", .. command], input: input, patience: s_patience);

    /// <summary>Runs a shell script on the node, which must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> ShellAsync(string script) => (await RunAsync(["sh", "-e", "-c", script])).MustSucceed(script).Output;

    /// <summary>Runs a shell script on the node's neighbour, 172.30.0.1, which reaches the node by its uplink only. It must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> OutsideShellAsync(string script) =>
        (await RunAsync(["nsenter", "--net=/run/netns/outside", "sh", "-e", "-c", script])).MustSucceed(script).Output;

    /// <summary>Where the test finds a file of the node. Symbolic links on the way lead to the machine's own files: avoid them.</summary>
    public string Outside(string path) => $"/proc/{processId}/root{path}";

    /// <summary>Writes a file of the node: whole, by a rename, as kubelet and containerd expect it in the folders that they watch.</summary>
    public void Write(string path, string text)
    {
        var file = Outside(path);
        var folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        var fresh = Path.Combine(folder, $".{Path.GetFileName(file)}.fresh");
        File.WriteAllText(fresh, text);
        File.Move(fresh, file, overwrite: true);
    }

    /// <summary>The text of a file of the node.</summary>
    public string Read(string path) => File.ReadAllText(Outside(path));

    /// <summary>The paths of all files under a folder of the node. A missing folder has none.</summary>
    public IReadOnlyList<string> Files(string folder)
    {
        var root = Outside(folder);
        return Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.Combine(folder, Path.GetRelativePath(root, f)))]
            : [];
    }

    /// <summary>The addresses of a network that host-local has given out.</summary>
    public IReadOnlyList<string> AddressesOf(string network) =>
        [.. Files($"/var/lib/cni/networks/{network}").Select(f => Path.GetFileName(f)!).Where(f => IPAddress.TryParse(f, out _)).Order(StringComparer.Ordinal)];

    /// <summary>Puts a plugin into the runtime's folder: a shell script.</summary>
    public async Task AddPluginAsync(string type, string script)
    {
        Write($"/opt/cni/bin/{type}", script);
        await ShellAsync($"chmod 755 /opt/cni/bin/{type}");
    }
}
