using MultiNet.Cni.Json;

namespace MultiNet.Cni;

public sealed partial class NetworkConfigRunner
{
    /// <summary>The configuration of one plugin for ADD, DEL and CHECK (CNI specification 1.1, section 3 "Deriving requests").</summary>
    private static byte[] ConfigFor(NetworkConfigList list, PluginConfig plugin, RuntimeConfig runtime, CniResult? prevResult)
    {
        var more = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>(2);
        if (prevResult is not null)
            more.Add(new("prevResult", CniResultWriter.WriteCompact(prevResult, list.CniVersion)));
        if (RuntimeConfigFor(plugin, runtime) is { } runtimeConfig)
            more.Add(new("runtimeConfig", runtimeConfig));
        return plugin.Build(list.Name, list.CniVersion, more.ToArray());
    }

    /// <summary>The capability arguments of those capabilities that the plugin declares, in its order; null where there are none.</summary>
    private static byte[]? RuntimeConfigFor(PluginConfig plugin, RuntimeConfig runtime)
    {
        if (runtime.CapabilityArgs.Count == 0)
            return null;
        GoJsonWriter? writer = null;
        foreach (string capability in plugin.Capabilities)
        {
            if (!runtime.CapabilityArgs.TryGetValue(capability, out var argument))
                continue;
            if (writer is null)
            {
                writer = new GoJsonWriter(indented: false);
                writer.BeginObject();
            }
            writer.Name(capability);
            writer.Raw(argument.Span);
        }
        writer?.EndObject();
        return writer?.Written.ToArray();
    }

    private static byte[] Print(IReadOnlyList<GcAttachment> attachments)
    {
        var writer = new GoJsonWriter(indented: false);
        writer.BeginArray();
        foreach (var attachment in attachments)
        {
            writer.BeginObject();
            writer.Name("containerID");
            writer.String(attachment.ContainerId);
            writer.Name("ifname");
            writer.String(attachment.IfName);
            writer.EndObject();
        }
        writer.EndArray();
        return writer.Written.ToArray();
    }
}
