using System.Net;
using MultiNet.Cni;
using MultiNet.Kubernetes;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
using Pod = MultiNet.Meta.Sources.Pod;

namespace MultiNet.Meta.Devices;

/// <summary>
/// Devices that the scheduler has allocated to the pod's claims (dynamic resource allocation, <c>resource.k8s.io</c>). A driver tells what
/// matters here by two attributes of its devices: <c>k8s.cni.cncf.io/deviceID</c> and <c>k8s.cni.cncf.io/resourceName</c>. Claims in the
/// order of the pod's spec, then the one of its extended resources; devices in the order of the allocation.
/// </summary>
public sealed class ClaimDeviceSource : IDeviceSource
{
    /// <summary>The attribute with a device's id.</summary>
    public const string DeviceIdAttribute = "k8s.cni.cncf.io/deviceID";

    /// <summary>The attribute with the resource that a device counts for, as the annotation of definitions names it.</summary>
    public const string ResourceNameAttribute = "k8s.cni.cncf.io/resourceName";

    private readonly ClusterApi _api;
    private readonly Dictionary<(string Driver, string Pool), List<SliceDevice>> _pools = [];
    private string _version = "";

    /// <param name="api">The API server; whoever made it disposes of it.</param>
    public ClaimDeviceSource(ClusterApi api) => _api = api;

    /// <inheritdoc/>
    public string Description => _api.Description;

    /// <inheritdoc/>
    public IReadOnlyList<AllocatedDevice> AllocatedTo(PodReference reference, Pod? pod)
    {
        var devices = new List<AllocatedDevice>();
        // The node daemon does not keep what is needed here.
        if ((pod?.Object ?? Find(reference)) is not { } item)
            return devices;
        foreach (string name in ClaimsOf(item))
        {
            var claim = Claim(reference.Namespace, name);
            foreach (var result in ResultsOf(claim, reference, name))
            {
                // A claim may hold devices that are no network's.
                var device = DeviceOf(result, name);
                if (device.Attribute(DeviceIdAttribute) is { } id && device.Attribute(ResourceNameAttribute) is { } resource)
                    devices.Add(new AllocatedDevice(resource, id, $"claim {name}"));
            }
        }
        if (item.Status.ExtendedResourceClaimStatus is { ResourceClaimName.Length: > 0 } extended)
            AddExtended(devices, extended, reference);
        return devices;
    }

    // A claim that is named in the spec has no entry in the status; one made from a template has no name in the spec.
    private static List<string> ClaimsOf(Kubernetes.Pod pod)
    {
        var names = new List<string>();
        foreach (var claim in pod.Spec.ResourceClaims)
            Add(claim.ResourceClaimName.Length > 0 ? claim.ResourceClaimName : Made(pod, claim.Name));
        foreach (var claim in pod.Status.ResourceClaimStatuses)
            Add(claim.ResourceClaimName);
        return names;

        void Add(string name)
        {
            if (name.Length > 0 && !names.Contains(name))
                names.Add(name);
        }
    }

    private static string Made(Kubernetes.Pod pod, string name)
    {
        foreach (var claim in pod.Status.ResourceClaimStatuses)
        {
            if (claim.Name == name)
                return claim.ResourceClaimName;
        }
        return "";
    }

    private void AddExtended(List<AllocatedDevice> devices, PodExtendedResourceClaimStatus extended, PodReference pod)
    {
        var results = ResultsOf(Claim(pod.Namespace, extended.ResourceClaimName), pod, extended.ResourceClaimName);
        foreach (var mapping in extended.RequestMappings)
        {
            bool found = false;
            foreach (var result in results)
            {
                if (result.Request != mapping.RequestName && !result.Request.StartsWith(mapping.RequestName + "/", StringComparison.Ordinal))
                    continue;
                found = true;
                var device = DeviceOf(result, extended.ResourceClaimName);
                // One without an id is no network's.
                if (device.Attribute(DeviceIdAttribute) is not { } id)
                    continue;
                if (device.Attribute(ResourceNameAttribute) is var resource && resource != mapping.ResourceName)
                {
                    throw Unusable(
                        $"device {result.Device} of driver {result.Driver} serves the pod's resource {mapping.ResourceName}, and its attribute {ResourceNameAttribute} says \"{resource}\"",
                        "the driver must publish the same name");
                }
                devices.Add(new AllocatedDevice(mapping.ResourceName, id, $"container {mapping.ContainerName}"));
            }
            if (!found)
                throw Unusable($"claim {pod.Namespace}/{extended.ResourceClaimName} of the pod's extended resources has no device for the request {mapping.RequestName}", "");
        }
    }

    private static IReadOnlyList<DeviceRequestAllocationResult> ResultsOf(ResourceClaim claim, PodReference pod, string name) =>
        claim.Status.Allocation?.Devices.Results
            ?? throw Unusable($"claim {pod.Namespace}/{name} has no device allocation", "the scheduler allocates devices before the pod gets its node; was the pod's nodeName set by hand?");

    private SliceDevice DeviceOf(DeviceRequestAllocationResult result, string claim)
    {
        if (!_pools.TryGetValue((result.Driver, result.Pool), out var pool))
            _pools[(result.Driver, result.Pool)] = pool = Pool(result.Driver, result.Pool);
        return pool.Find(device => device.Name == result.Device)
            ?? throw Unusable(
                $"device {result.Device} of pool {result.Pool} of driver {result.Driver}, allocated to claim {claim}, is in no ResourceSlice",
                "the driver may be about to publish its devices anew");
    }

    private Kubernetes.Pod? Find(PodReference pod) => _api.Ask($"cannot get pod {pod}", "get pods", async client =>
    {
        try
        {
            var found = await client.GetAsync(ResourceTypes.Pods, new ObjectKey(pod.Namespace, pod.Name), CancellationToken.None).ConfigureAwait(false);
            return pod.Uid.Length == 0 || found.Metadata.Uid == pod.Uid ? found : null;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    });

    private ResourceClaim Claim(string space, string name) => _api.Ask(
        $"cannot get resourceclaim {space}/{name}", "get resourceclaims.resource.k8s.io",
        client => InAnyVersionAsync(version => client.GetAsync(ResourceTypes.ResourceClaims(version), new ObjectKey(space, name), CancellationToken.None)));

    private List<SliceDevice> Pool(string driver, string pool)
    {
        var slices = _api.Ask(
            $"cannot list the resourceslices of driver {driver}", "list resourceslices.resource.k8s.io", client => InAnyVersionAsync(version => client.ListAsync(
                ResourceTypes.ResourceSlices(version), new ListSelector(FieldSelector: $"spec.driver={driver}"), "", CancellationToken.None)));
        long newest = 0;
        foreach (var slice in slices.Items ?? [])
        {
            if (IsOfPool(slice))
                newest = Math.Max(newest, slice.Spec.Pool.Generation);
        }
        var devices = new List<SliceDevice>();
        foreach (var slice in slices.Items ?? [])
        {
            if (IsOfPool(slice) && slice.Spec.Pool.Generation == newest)
                devices.AddRange(slice.Spec.Devices);
        }
        return devices;

        bool IsOfPool(ResourceSlice slice) => slice.Spec.Driver == driver && slice.Spec.Pool.Name == pool;
    }

    // A server that does not know the version answers in plain text; one that does not know the object, with a Status.
    private async Task<T> InAnyVersionAsync<T>(Func<string, Task<T>> ask)
    {
        if (_version.Length > 0)
            return await ask(_version).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            string version = ResourceTypes.ResourceVersions[i];
            try
            {
                var answer = await ask(version).ConfigureAwait(false);
                _version = version;
                return answer;
            }
            catch (KubeApiException e) when (e.StatusCode == HttpStatusCode.NotFound && e.Reason.Length == 0 && i + 1 < ResourceTypes.ResourceVersions.Count)
            {
                // An older server, perhaps.
            }
        }
    }

    private static CniException Unusable(string message, string details) => new(CniErrorCode.TryAgainLater, $"the devices of the pod's claims are not known: {message}", details);
}
