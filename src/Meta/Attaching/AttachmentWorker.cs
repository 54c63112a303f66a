using MultiNet.Cni;
using MultiNet.Delegates;

namespace MultiNet.Meta.Attaching;

/// <summary>
/// What one thread needs to run plugins: the kernel's sockets and namespaces, kept for the whole call, and the built-in plugins over
/// them. Attachments that run side by side have a worker each.
/// </summary>
internal sealed class AttachmentWorker : IDisposable
{
    /// <param name="builtin">Which plugins run in this process.</param>
    /// <param name="started">Hears the process id of each other one; several threads may call it at a time.</param>
    public AttachmentWorker(BuiltinPolicy builtin, Action<int> started)
    {
        Kernel = new NodeKernel();
        Started = started;
        Invoker = new PluginInvoker(
            type => BuiltinPlugins.TryCreate(type, Kernel, out var plugin) ? plugin : null, BuiltinPlugins.Types, builtin, new ExecPluginInvoker { OnStarted = started });
    }

    /// <summary>Hears of plugins that are started, for further workers.</summary>
    public Action<int> Started { get; }

    /// <summary>Sockets and namespaces.</summary>
    public NodeKernel Kernel { get; }

    /// <summary>Runs single plugins.</summary>
    public IPluginInvoker Invoker { get; }

    /// <summary>Runs chains of plugins.</summary>
    /// <param name="path">The folders of <c>CNI_PATH</c>.</param>
    public NetworkConfigRunner Runner(IReadOnlyList<string> path) => new(Invoker, path);

    public void Dispose() => Kernel.Dispose();
}
