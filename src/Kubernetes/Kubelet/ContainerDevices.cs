namespace MultiNet.Kubernetes.Kubelet;

/// <summary>Devices of one resource that the kubelet has allocated to a container.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Resource">The resource: <c>intel.com/sriov</c>.</param>
/// <param name="DeviceIds">The ids of the devices, in no order that means anything: the kubelet reads them from a Go map, every time another.</param>
public sealed record ContainerDevices(string Container, string Resource, IReadOnlyList<string> DeviceIds);
