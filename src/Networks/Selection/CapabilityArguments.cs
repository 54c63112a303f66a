using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>A selection element as the arguments that plugins with the matching capability get in <c>runtimeConfig</c>.</summary>
public static class CapabilityArguments
{
    /// <summary>
    /// The arguments that an element asks for, each as JSON under the name of its <see cref="Capability"/>. Protocols are in lower case and
    /// given, a missing burst is filled (<see cref="BandwidthLimits.WithDefaultBursts"/>); addresses stand as they were written.
    /// </summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Of(NetworkSelectionElement element)
    {
        var arguments = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        if (element.PortMappings.Count > 0)
            Add(Capability.PortMappings, writer => Write(writer, element.PortMappings));
        if (element.Bandwidth is { } bandwidth)
            Add(Capability.Bandwidth, writer => Write(writer, bandwidth.WithDefaultBursts()));
        if (element.Ips.Count > 0)
            Add(Capability.Ips, writer => Write(writer, element.Ips));
        if (element.Mac.Length > 0)
            Add(Capability.Mac, writer => writer.String(element.Mac));
        if (element.InfinibandGuid.Length > 0)
            Add(Capability.InfinibandGuid, writer => writer.String(element.InfinibandGuid));
        if (element.DeviceId.Length > 0)
            Add(Capability.DeviceId, writer => writer.String(element.DeviceId));
        return arguments;

        void Add(string capability, Action<GoJsonWriter> write)
        {
            var writer = new GoJsonWriter(indented: false);
            write(writer);
            arguments[capability] = writer.Written.ToArray();
        }
    }

    private static void Write(GoJsonWriter writer, IReadOnlyList<PortMapping> mappings)
    {
        writer.BeginArray();
        foreach (var mapping in mappings)
        {
            writer.BeginObject();
            writer.Name("hostPort");
            writer.Number(mapping.HostPort);
            writer.Name("containerPort");
            writer.Number(mapping.ContainerPort);
            writer.StringUnlessEmpty("protocol", mapping.Protocol);
            writer.StringUnlessEmpty("hostIP", mapping.HostIP?.ToString() ?? "");
            writer.EndObject();
        }
        writer.EndArray();
    }

    private static void Write(GoJsonWriter writer, BandwidthLimits limits)
    {
        writer.BeginObject();
        writer.Name("ingressRate");
        writer.Number(limits.IngressRate);
        writer.Name("ingressBurst");
        writer.Number(limits.IngressBurst);
        writer.Name("egressRate");
        writer.Number(limits.EgressRate);
        writer.Name("egressBurst");
        writer.Number(limits.EgressBurst);
        writer.EndObject();
    }

    private static void Write(GoJsonWriter writer, IReadOnlyList<RequestedAddress> ips)
    {
        writer.BeginArray();
        foreach (var ip in ips)
            writer.String(ip.Text);
        writer.EndArray();
    }
}
