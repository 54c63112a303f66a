using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.CommandLine;
using MultiNet.Meta.CommandLine.Dhcp;
using MultiNet.Meta.Plugin;

namespace MultiNet.Meta;

/// <summary>The executable: a plugin where a runtime calls it, a command line where a person does.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        string name = Path.GetFileName(Environment.GetCommandLineArgs()[0]);
        // Its daemon, as the reference's is started: "dhcp daemon -socketpath PATH".
        if (name == "dhcp" && args is ["daemon", ..])
            return CommandLineProgram.Run(DhcpCommand.FromReference(args.AsSpan(1)), Console.Out, Console.Error);
        // Busybox style: under the name of a built-in plugin the executable is that plugin, also to a person who starts it.
        if (BuiltinPlugins.Contains(name))
            return RunBuiltin(name);
        // Nothing of the command line is touched on a runtime's call.
        return Environment.GetEnvironmentVariable("CNI_COMMAND") is { Length: > 0 }
            ? RunMeta()
            : CommandLineProgram.Run(args, Console.Out, Console.Error);
    }

    private static int RunBuiltin(string type)
    {
        using var kernel = new NodeKernel();
        var invoker = Invoker(kernel);
        return BuiltinPlugins.TryCreate(type, kernel, out var plugin) ? PluginHost.Run(plugin, invoker) : 1;
    }

    private static int RunMeta()
    {
        using var kernel = new NodeKernel();
        return PluginHost.Run(new MetaPlugin(), Invoker(kernel));
    }

    private static PluginInvoker Invoker(NodeKernel kernel) =>
        new(type => BuiltinPlugins.TryCreate(type, kernel, out var plugin) ? plugin : null, BuiltinPlugins.Types, BuiltinPolicy.First);
}
