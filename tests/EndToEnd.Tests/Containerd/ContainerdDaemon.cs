using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Containerd;

/// <summary>Debian's containerd in a node, with an image of busybox. It ends with the node.</summary>
internal sealed class ContainerdDaemon
{
    private const string Image = "docker.io/library/probe:1";
    private const string Folder = "/run/containerd-under-test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly NodeSandbox _node;

    private ContainerdDaemon(NodeSandbox node) => _node = node;

    /// <summary>Starts the daemon, and waits until it answers and has the image.</summary>
    public static async Task<ContainerdDaemon> StartAsync(NodeSandbox node)
    {
        node.Write($"{Folder}/config.toml", $"""
            version = 2
            root = "{Folder}/root"
            state = "{Folder}/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "{Folder}/containerd.sock"
            """);
        await node.ShellAsync($"setsid containerd --config {Folder}/config.toml >{Folder}/log 2>&1 </dev/null &");
        var daemon = new ContainerdDaemon(node);
        var started = TimeProvider.System.GetTimestamp();
        while ((await daemon.CtrAsync("version")).ExitCode != 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"containerd does not answer: {node.Read($"{Folder}/log")}");
        }

        (await node.RunAsync(["sh", "-c", TestEnvironment.Script("image.sh"), "image", $"{Folder}/image.tar", Image])).MustSucceed("the image");
        (await daemon.CtrAsync("images", "import", "--snapshotter", "native", $"{Folder}/image.tar")).MustSucceed("the import");
        return daemon;
    }

    /// <summary>
    /// Runs a container to its end with the network of /etc/cni/net.d: <c>ctr</c> calls ADD when the container's process exists and
    /// waits to be started, and DEL when it has ended, with no CNI_NETNS.
    /// </summary>
    public Task<CommandResult> RunAsync(string container, params string[] command) =>
        CtrAsync(["run", "--rm", "--cni", "--snapshotter", "native", Image, container, .. command]);

    private Task<CommandResult> CtrAsync(params string[] arguments) =>
        _node.RunAsync(["ctr", "--address", $"{Folder}/containerd.sock", .. arguments]);
}
