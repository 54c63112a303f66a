namespace MultiNet.Meta.Devices;

/// <summary>A device that was allocated to a pod.</summary>
/// <param name="Resource">The resource: <c>intel.com/sriov</c>.</param>
/// <param name="Id">The device's id, a PCI address as a rule.</param>
/// <param name="Holder">Who has it in the pod, for people: <c>container app</c>.</param>
public sealed record AllocatedDevice(string Resource, string Id, string Holder);
