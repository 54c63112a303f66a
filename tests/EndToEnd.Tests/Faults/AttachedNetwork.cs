using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Differential;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>
/// A network of <see cref="DifferentialCases"/> on a node, whose last plugin is called again and again, while those before it stay
/// attached. What is shared by all pods (bridges, base chains) is there from the start, because the network was used once.
/// </summary>
internal sealed class AttachedNetwork : IAsyncDisposable
{
    private readonly ConfListRuntime _runtime;
    private readonly int _last;
    private JsonNode? _before;

    private AttachedNetwork(DifferentialCase network, NodeSandbox node)
    {
        Network = network;
        Node = node;
        _runtime = new ConfListRuntime(node, NodeSandbox.BuiltInBin);
        _last = network.List["plugins"]!.AsArray().Count - 1;
    }

    public DifferentialCase Network { get; }

    public NodeSandbox Node { get; }

    /// <summary>The node's state without any attachment.</summary>
    public KernelState Empty { get; private set; } = null!;

    /// <summary>The node's state without the last plugin.</summary>
    public KernelState Before { get; private set; } = null!;

    /// <summary>Starts a node and attaches what comes before the last plugin.</summary>
    public static async Task<AttachedNetwork> StartAsync(string name)
    {
        var network = DifferentialCases.Attachable.Single(c => c.Name == name);
        var started = new AttachedNetwork(network, await NodeSandbox.StartAsync());
        await started.Node.AddPodAsync("pod1");
        await started.Node.ShellAsync(network.Prepare);
        await started.AttachOthersAsync();
        var result = (await started.AddAsync()).MustSucceed().Json;
        (await started.DelAllAsync(result)).MustSucceed();
        started.Empty = await KernelState.TakeAsync(started.Node);
        await started.AttachOthersAsync();
        started.Before = await KernelState.TakeAsync(started.Node);
        return started;
    }

    /// <summary>Runs ADD of the last plugin.</summary>
    public Task<PluginAnswer> AddAsync(IReadOnlyList<string>? tracer = null) =>
        _runtime.PluginAsync("ADD", Network.List, _last, Attachment, _before, tracer);

    /// <summary>Runs DEL of the last plugin.</summary>
    /// <param name="result">The result of ADD, or null where there is none: then it is what the plugins before returned.</param>
    /// <param name="tracer">A command that runs the plugin.</param>
    /// <param name="change">Changes configuration and attachment.</param>
    public Task<PluginAnswer> DelAsync(JsonNode? result, IReadOnlyList<string>? tracer = null, Func<JsonObject, Attachment, Attachment>? change = null)
    {
        var list = Network.List;
        var attachment = change?.Invoke(list["plugins"]![_last]!.AsObject(), Attachment) ?? Attachment;
        return _runtime.PluginAsync("DEL", list, _last, attachment, result, tracer);
    }

    /// <summary>Runs DEL of every plugin, the last first, past failures.</summary>
    /// <returns>The first failure, or the last answer.</returns>
    public async Task<PluginAnswer> DelAllAsync(JsonNode? result, Func<JsonObject, Attachment, Attachment>? change = null)
    {
        PluginAnswer? failure = null;
        var answer = PluginAnswer.Empty;
        for (var plugin = _last; plugin >= 0; plugin--)
        {
            var list = Network.List;
            var attachment = change?.Invoke(list["plugins"]![plugin]!.AsObject(), Attachment) ?? Attachment;
            answer = await _runtime.PluginAsync("DEL", list, plugin, attachment, result);
            failure ??= answer.Succeeded ? null : answer;
        }

        return failure ?? answer;
    }

    /// <summary>The last plugin must have left nothing.</summary>
    public Task MustHaveLeftNothingAsync(string when) => Leaks.MustBeNoneAsync(Node, Before, when);

    /// <summary>No plugin must have left anything.</summary>
    /// <param name="when">After what, for the message.</param>
    /// <param name="gone">Was something removed on purpose (the pod, the master)? Then only what is there in addition counts.</param>
    public Task MustBeEmptyAsync(string when, bool gone) => Leaks.MustBeNoneAsync(Node, Empty, when, onlyMore: gone);

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    private async Task AttachOthersAsync()
    {
        _before = null;
        for (var plugin = 0; plugin < _last; plugin++)
        {
            _before = (await _runtime.PluginAsync("ADD", Network.List, plugin, Attachment, _before)).MustSucceed().Json;
        }
    }

    private Attachment Attachment => Network.Attachment(1);
}
