using System.Text.Json;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>
/// The file in which the kubelet's device manager keeps what it has allocated (<c>device-plugins/kubelet_internal_checkpoint</c>). Its form
/// is no promised API: kubelets before 1.20 list a container's ids, later ones have a list for each NUMA node. The checksum is one over
/// Go's own description of the data and is not looked at; the kubelet replaces the file in one step.
/// </summary>
public static class DeviceCheckpoint
{
    private const int LargestFile = 16 * 1024 * 1024;

    /// <summary>The devices of a pod's containers, in no order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="podUid">The pod's UID, as the kubelet knows it.</param>
    /// <exception cref="KubeletException">The file cannot be read (<see cref="GrpcStatusCode.Unavailable"/>) or makes no sense.</exception>
    public static IReadOnlyList<ContainerDevices> Read(string path, string podUid)
    {
        try
        {
            using var document = JsonDocument.Parse(Bytes(path), new JsonDocumentOptions { MaxDepth = 16 });
            var devices = new List<ContainerDevices>();
            // Go writes null for an empty list.
            if (document.RootElement.GetProperty("Data").GetProperty("PodDeviceEntries") is not { ValueKind: JsonValueKind.Array } entries)
                return devices;
            foreach (var entry in entries.EnumerateArray())
            {
                if (entry.GetProperty("PodUID").ValueEquals(podUid))
                    devices.Add(new ContainerDevices(Text(entry, "ContainerName"), Text(entry, "ResourceName"), Ids(entry.GetProperty("DeviceIDs"))));
            }
            return devices;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeletException(GrpcStatusCode.Unavailable, $"the kubelet's checkpoint {path}: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException)
        {
            throw new KubeletException(GrpcStatusCode.Internal, $"the kubelet's checkpoint {path} is not one of those that are known: {e.Message}", e);
        }
    }

    private static byte[] Bytes(string path)
    {
        using var file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        if (length > LargestFile)
            throw new InvalidDataException($"{length} bytes; at most {LargestFile} are read");
        byte[] bytes = new byte[length];
        int read = RandomAccess.Read(file, bytes, 0);
        return read == length ? bytes : bytes[..read];
    }

    private static List<string> Ids(JsonElement element)
    {
        var ids = new List<string>();
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var node in element.EnumerateObject())
                Append(node.Value);
        }
        else
        {
            Append(element);
        }
        return ids;

        void Append(JsonElement list)
        {
            if (list.ValueKind == JsonValueKind.Null)
                return;
            foreach (var id in list.EnumerateArray())
                ids.Add(id.GetString() ?? "");
        }
    }

    private static string Text(JsonElement entry, string key) => entry.GetProperty(key).GetString() ?? "";
}
