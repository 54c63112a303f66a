namespace MultiNet.Kubernetes.Kubelet;

/// <summary>
/// Reads the answers of the pod-resources API, version 1 (<c>k8s.io/kubelet/pkg/apis/podresources/v1/api.proto</c>). Fields of later
/// versions are passed over.
/// </summary>
internal static class PodResourcesReader
{
    // ListPodResourcesResponse.pod_resources and GetPodResourcesResponse.pod_resources
    private const int PodResources = 1;

    // PodResources
    private const int PodName = 1, PodNamespace = 2, PodContainers = 3;

    // ContainerResources
    private const int ContainerName = 1, ContainerDevices = 2;

    // ContainerDevices
    private const int ResourceName = 1, DeviceIds = 2;

    /// <summary>The devices of the pods of a name in an answer: of <c>List</c>, all pods of the node; of <c>Get</c>, one.</summary>
    /// <returns>One list for each pod of that name; one that was replaced may still be there.</returns>
    /// <exception cref="InvalidDataException">The answer is broken.</exception>
    public static List<List<ContainerDevices>> Find(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> space, ReadOnlySpan<byte> name)
    {
        var found = new List<List<ContainerDevices>>();
        var reader = new ProtobufReader(answer);
        while (reader.TryReadField(out int field))
        {
            if (field != PodResources)
            {
                reader.Skip();
                continue;
            }
            var pod = reader.ReadBytes();
            if (IsNamed(pod, space, name))
                found.Add(ReadPod(pod));
        }
        return found;
    }

    // There may be hundreds of pods with thousands of devices: those of others cost no memory.
    private static bool IsNamed(ReadOnlySpan<byte> pod, ReadOnlySpan<byte> space, ReadOnlySpan<byte> name)
    {
        bool sameName = name.IsEmpty, sameSpace = space.IsEmpty;
        var reader = new ProtobufReader(pod);
        while (reader.TryReadField(out int field))
        {
            if (field == PodName)
                sameName = reader.ReadBytes().SequenceEqual(name);
            else if (field == PodNamespace)
                sameSpace = reader.ReadBytes().SequenceEqual(space);
            else
                reader.Skip();
        }
        return sameName && sameSpace;
    }

    private static List<ContainerDevices> ReadPod(ReadOnlySpan<byte> pod)
    {
        var devices = new List<ContainerDevices>();
        var reader = new ProtobufReader(pod);
        while (reader.TryReadField(out int field))
        {
            if (field == PodContainers)
                ReadContainer(reader.ReadBytes(), devices);
            else
                reader.Skip();
        }
        return devices;
    }

    private static void ReadContainer(ReadOnlySpan<byte> container, List<ContainerDevices> devices)
    {
        int first = devices.Count;
        string name = "";
        var reader = new ProtobufReader(container);
        while (reader.TryReadField(out int field))
        {
            if (field == ContainerName)
                name = reader.ReadString();
            else if (field == ContainerDevices)
                devices.Add(ReadDevices(reader.ReadBytes()));
            else
                reader.Skip();
        }
        for (int i = first; i < devices.Count; i++)
            devices[i] = devices[i] with { Container = name };
    }

    private static ContainerDevices ReadDevices(ReadOnlySpan<byte> message)
    {
        string resource = "";
        var ids = new List<string>();
        var reader = new ProtobufReader(message);
        while (reader.TryReadField(out int field))
        {
            if (field == ResourceName)
                resource = reader.ReadString();
            else if (field == DeviceIds)
                ids.Add(reader.ReadString());
            else
                reader.Skip();
        }
        return new ContainerDevices("", resource, ids);
    }
}
