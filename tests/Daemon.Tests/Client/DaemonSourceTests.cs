using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Meta.Sources;
using MultiNet.Networks;
using UnixSocket = System.Net.Sockets.Socket;

namespace MultiNet.Daemon.Tests.Client;

/// <summary>What <c>multinet</c> does with a daemon that answers, and with one that does not.</summary>
public sealed class DaemonSourceTests : IDisposable
{
    private static readonly PodReference s_pod = new("default", "web", "u1");

    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-").FullName;
    private readonly List<UnixSocket> _sockets = [];

    private string Path => System.IO.Path.Combine(_folder, "d.sock");

    private DaemonSource Source(IPodNetworkSource? behind, string? socket = null) =>
        new(new DaemonClient(socket ?? Path), new MetaConfig { ClusterNetwork = "main", DefaultNetworks = ["extra"] }, () => behind);

    // Listens, and does something with each client.
    private void Listen(Func<UnixSocket, Task> serve)
    {
        var listener = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _sockets.Add(listener);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                _sockets.Add(client);
                await serve(client);
            }
        });
    }

    private static async Task AnswerAsync(UnixSocket client, string text, int? length = null)
    {
        byte[] header = new byte[4];
        await client.ReceiveAsync(header);
        await client.ReceiveAsync(new byte[BinaryPrimitives.ReadInt32LittleEndian(header)]);
        byte[] body = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(header, length ?? body.Length);
        await client.SendAsync(header);
        await client.SendAsync(body);
        client.Shutdown(SocketShutdown.Both);
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task PodAndAllItsDefinitions_AreOneQuestion()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1", "default", (AnnotationKeys.Networks, "blue"));
        cluster.AddDefinition("blue", """{"name":"blue"}""");
        cluster.AddDefinition("main", "{}", "kube-system");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        var source = Source(behind: null, daemon.Config.Socket);

        var pod = source.FindPod(s_pod);

        Assert.Equal("u1", pod!.Uid);
        Assert.Equal("blue", pod.Annotations[AnnotationKeys.Networks]);
        Assert.Equal("""{"name":"blue"}""", source.FindDefinition("default", "blue")!.Config);
        Assert.NotNull(source.FindDefinition("kube-system", "main"));
        Assert.Null(source.FindDefinition("kube-system", "extra"));
        Assert.Equal(2, source.Definitions().Count);
        Assert.Single(source.Pods());
        // Counted when it has been answered.
        await Eventually.TrueAsync(() => daemon.Context.Metrics.SocketRequests.Value("pods", "answered") == 1);
        Assert.Equal(1, daemon.Context.Metrics.SocketRequests.Value("pod", "answered"));
    }

    [Fact]
    public async Task DefinitionThatTheDaemonLacks_IsLookedUpBehindIt()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web", "u1", "default", (AnnotationKeys.Networks, "fresh"));
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        var behind = new SourceBehind { Definition = new NetworkAttachmentDefinition { Namespace = "default", Name = "fresh", Config = "{}" } };
        var source = Source(behind, daemon.Config.Socket);

        Assert.NotNull(source.FindPod(s_pod));
        Assert.NotNull(source.FindDefinition("default", "fresh"));
        Assert.Equal(0, behind.PodQuestions);
    }

    [Theory]
    [InlineData("{\"unknown\":\"not yet\"}", null)]
    [InlineData("{\"refused\":\"not you\"}", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("garbage", null)]
    [InlineData("{\"pod\":{\"name\":\"other\",\"namespace\":\"default\"}}", null)]
    [InlineData("{\"pod\":{\"name\":\"web\",\"namespace\":\"default\",\"annotations\":7}}", null)]
    [InlineData("{", 100)]
    [InlineData("", 0)]
    [InlineData("", -5)]
    [InlineData("", int.MaxValue)]
    public void AnswerThatIsNone_SendsTheQuestionBehindTheDaemon_AndKeepsItThere(string answer, int? length)
    {
        Listen(client => AnswerAsync(client, answer, length));
        var behind = new SourceBehind();
        var source = Source(behind);

        Assert.Equal("behind", source.FindPod(s_pod)!.Origin);
        Assert.NotNull(source.FindPod(s_pod));
        Assert.Equal(2, behind.PodQuestions);
        Assert.Equal("source behind", source.Description);
    }

    [Fact]
    public void DaemonThatIsNotThere_OrWasKilled_CostsNothing()
    {
        Assert.Equal("behind", Source(new SourceBehind()).FindPod(s_pod)!.Origin);

        Listen(_ => Task.CompletedTask);
        _sockets[0].Close();
        using (var stale = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // A socket whose process is gone: the file stays.
            stale.Bind(new UnixDomainSocketEndPoint(Path + "2"));
            File.Move(Path + "2", Path, overwrite: true);
        }
        Assert.True(DaemonClient.IsThere(Path));
        Assert.Equal("behind", Source(new SourceBehind()).FindPod(s_pod)!.Origin);
    }

    [Fact]
    public void DaemonThatDoesNotAnswer_IsGivenUp()
    {
        Listen(_ => Task.CompletedTask);

        Assert.Equal("behind", Source(new SourceBehind()).FindPod(s_pod)!.Origin);
        Assert.Null(new DaemonClient(Path).Ask(new DaemonRequest { Operation = DaemonOperation.Hello }, TimeSpan.FromMilliseconds(50), out string failure));
        Assert.Contains("took too long", failure);
    }

    [Fact]
    public void WithoutASourceBehindIt_TheReasonIsTold()
    {
        Listen(client => AnswerAsync(client, """{"unknown":"the caches are not complete yet"}"""));

        var error = Assert.Throws<CniException>(() => Source(behind: null).FindPod(s_pod));

        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Contains("the caches are not complete yet", error.Message);
        Assert.Contains("kubeconfig", error.Details);
    }

    private sealed class SourceBehind : IPodNetworkSource
    {
        public int PodQuestions { get; private set; }

        public NetworkAttachmentDefinition? Definition { get; init; }

        public string Description => "source behind";

        public Pod? FindPod(PodReference reference)
        {
            PodQuestions++;
            return new Pod { Namespace = reference.Namespace, Name = reference.Name, Origin = "behind" };
        }

        public void Prefetch(IReadOnlyCollection<DefinitionReference> definitions)
        {
        }

        public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) => Definition;

        public IReadOnlyList<NetworkAttachmentDefinition> Definitions() => [];

        public IReadOnlyList<Pod> Pods() => [];
    }
}
