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
    public AttachmentWorker(BuiltinPolicy builtin)
    {
        Kernel = new NodeKernel();
        Invoker = new PluginInvoker(type => BuiltinPlugins.TryCreate(type, Kernel, out var plugin) ? plugin : null, BuiltinPlugins.Types, builtin);
    }

    /// <summary>Sockets and namespaces.</summary>
    public NodeKernel Kernel { get; }

    /// <summary>Runs single plugins.</summary>
    public IPluginInvoker Invoker { get; }

    /// <summary>Runs chains of plugins.</summary>
    /// <param name="path">The folders of <c>CNI_PATH</c>.</param>
    public NetworkConfigRunner Runner(IReadOnlyList<string> path) => new(Invoker, path);

    public void Dispose() => Kernel.Dispose();
}
