using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

/// <summary>
/// Gives every network that names a resource one of the pod's devices of it, none twice. Devices that the annotation asks for by their id are
/// set aside first; the others go to the networks in the order of the plan, the default network first.
/// </summary>
internal sealed class DeviceAssignment
{
    private readonly IReadOnlyList<IDeviceSource>? _sources;
    private readonly SandboxRequest _request;
    private readonly Pod? _pod;
    private readonly Dictionary<string, string> _inUse = [];
    private readonly List<Slot> _slots = [];
    private int _asked;

    /// <param name="sources">Who knows the pod's devices, in the order in which they are asked; null where the plan may do without.</param>
    /// <param name="request">The sandbox.</param>
    /// <param name="pod">The pod, or null.</param>
    /// <param name="inUse">Attachments that stay: what they have is not given again.</param>
    public DeviceAssignment(IReadOnlyList<IDeviceSource>? sources, SandboxRequest request, Pod? pod, IReadOnlyList<JournalAttachment> inUse)
    {
        _sources = sources;
        _request = request;
        _pod = pod;
        foreach (var attachment in inUse)
        {
            if (!attachment.CapabilityArgs.TryGetValue(Capability.DeviceId, out var raw))
                continue;
            using var device = JsonDocument.Parse(raw);
            if (device.RootElement.ValueKind == JsonValueKind.String)
                _inUse[device.RootElement.GetString()!] = $"{attachment.DisplayName} on {attachment.InterfaceName}";
        }
    }

    /// <summary>The device of each network, or null.</summary>
    /// <param name="candidates">The networks.</param>
    /// <param name="names">Their interfaces.</param>
    /// <param name="standing">Those that are attached already and get none, by their position; null for none.</param>
    /// <param name="problems">Hears of networks without a device.</param>
    public string?[] Assign(IReadOnlyList<NetworkCandidate> candidates, string[] names, JournalAttachment?[]? standing, PlanProblems problems)
    {
        string?[] devices = new string?[candidates.Count];
        var needing = new List<int>();
        for (int i = 0; i < devices.Length; i++)
        {
            devices[i] = candidates[i].Selection?.DeviceId is { Length: > 0 } asked ? asked : null;
            if (candidates[i].Resource.Length > 0 && standing?[i] is null)
                needing.Add(i);
        }
        if (_sources is null || needing.Count == 0)
            return devices;
        try
        {
            // Of manifests nobody knows what is allocated: then the annotation's word counts.
            foreach (int i in needing)
            {
                if (devices[i] is { } id && _sources.Count > 0)
                    Reserve(candidates[i], id, $"{candidates[i].DisplayName} on {names[i]}", problems);
            }
            foreach (int i in needing)
                devices[i] ??= Next(candidates[i], $"{candidates[i].DisplayName} on {names[i]}", problems);
        }
        catch (CniException e)
        {
            problems.Error(e);
        }
        return devices;
    }

    private string? Next(NetworkCandidate candidate, string user, PlanProblems problems)
    {
        string resource = candidate.Resource;
        if (Find(slot => slot.Device.Resource == resource && slot.User.Length == 0) is { } free)
        {
            free.User = user;
            return free.Device.Id;
        }
        problems.Error(
            $"network {candidate.DisplayName} wants a device of resource {resource}, and the pod has "
            + (_slots.Exists(slot => slot.Device.Resource == resource) ? "no more of them" : "none"),
            _sources!.Count == 0
                ? "devices are assigned by the kubelet, which manifests do not have: name one with \"deviceID\" in the annotation"
                : $"{Allocated(resource)}; each network needs one of its own: ask for as many in the containers' resources, as \"limits\": {{\"{resource}\": \"1\"}}");
        return null;
    }

    private void Reserve(NetworkCandidate candidate, string id, string user, PlanProblems problems)
    {
        if (Find(slot => slot.Device.Resource == candidate.Resource && slot.Device.Id == id) is not { } slot)
        {
            // Anybody who may write an annotation could take another pod's device.
            problems.Error(
                $"network {candidate.DisplayName}: deviceID \"{id}\" is no device of resource {candidate.Resource} that was allocated to the pod",
                $"{Allocated(candidate.Resource)}; name one of those, or none");
        }
        else if (slot.User.Length > 0)
        {
            problems.Error($"network {candidate.DisplayName}: deviceID \"{id}\" is wanted by two networks: {slot.User} and {user}", "a device serves one network");
        }
        else
        {
            slot.User = user;
        }
    }

    // Who comes first is asked first; the next one only where that is not enough.
    private Slot? Find(Predicate<Slot> wanted)
    {
        while (true)
        {
            if (_slots.Find(wanted) is { } slot)
                return slot;
            if (_asked == _sources!.Count || _request.Pod is not { } reference)
                return null;
            foreach (var device in _sources[_asked++].AllocatedTo(reference, _pod))
            {
                // Containers that run one after the other may have the same device.
                if (!_slots.Exists(known => known.Device.Resource == device.Resource && known.Device.Id == device.Id))
                    _slots.Add(new Slot(device) { User = _inUse.GetValueOrDefault(device.Id, "") });
            }
        }
    }

    private string Allocated(string resource)
    {
        var text = new StringBuilder();
        foreach (var slot in _slots)
        {
            if (slot.Device.Resource != resource)
                continue;
            text.Append(text.Length == 0 ? "allocated to the pod: " : ", ").Append(slot.Device.Id).Append(" (").Append(slot.Device.Holder);
            text.Append(slot.User.Length > 0 ? ", for " : "").Append(slot.User).Append(')');
        }
        if (text.Length == 0)
            text.Append($"no device of {resource} is allocated to the pod");
        for (int i = 0; i < _asked; i++)
            text.Append(i == 0 ? ", says the " : " and the ").Append(_sources![i].Description);
        return text.ToString();
    }

    private sealed class Slot(AllocatedDevice device)
    {
        public AllocatedDevice Device { get; } = device;

        public required string User { get; set; }
    }
}
