using MultiNet.Kubernetes;
using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>
/// What pods hold, by network and by address: a review asks for its own networks and addresses, and never looks at all pods. Thread-safe.
/// </summary>
internal sealed class AttachmentIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, IReadOnlyList<PodAttachment>> _pods = [];
    private readonly Dictionary<string, NetworkUse> _networks = new(StringComparer.Ordinal);

    /// <summary>The pods that hold something.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _pods.Count;
        }
    }

    /// <summary>A pod holds this, and nothing else any more.</summary>
    public void Put(ObjectKey pod, IReadOnlyList<PodAttachment> attachments)
    {
        lock (_lock)
        {
            Forget(pod);
            if (attachments.Count == 0)
                return;
            _pods[pod] = attachments;
            foreach (var (network, held) in attachments)
            {
                if (!_networks.TryGetValue(network, out var use))
                    _networks[network] = use = new NetworkUse();
                use.Add(held);
            }
        }
    }

    /// <summary>A pod is gone.</summary>
    public void Remove(ObjectKey pod)
    {
        lock (_lock)
            Forget(pod);
    }

    /// <summary>What is held on a network.</summary>
    public IReadOnlyList<HeldAttachment> Of(string network)
    {
        lock (_lock)
            return _networks.TryGetValue(network, out var use) ? [.. use.All] : [];
    }

    /// <summary>The networks of which something is held, and how often.</summary>
    public IReadOnlyList<(string Network, int Attachments)> Uses()
    {
        lock (_lock)
        {
            var uses = new (string, int)[_networks.Count];
            int i = 0;
            foreach (var (network, use) in _networks)
                uses[i++] = (network, use.All.Count);
            return uses;
        }
    }

    /// <summary>Who holds an address on a network.</summary>
    public IReadOnlyList<HeldAttachment> Holding(string network, string address)
    {
        lock (_lock)
            return _networks.TryGetValue(network, out var use) ? use.Holding(address) : [];
    }

    private void Forget(ObjectKey pod)
    {
        if (!_pods.Remove(pod, out var attachments))
            return;
        foreach (var (network, held) in attachments)
        {
            if (_networks.TryGetValue(network, out var use) && use.Remove(held))
                _networks.Remove(network);
        }
    }

    private sealed class NetworkUse
    {
        private readonly List<HeldAttachment> _all = [];
        // Nearly always one holder: an array costs least. Replaced, not changed, so that readers may keep it.
        private readonly Dictionary<string, HeldAttachment[]> _byAddress = new(StringComparer.Ordinal);

        public IReadOnlyList<HeldAttachment> All => _all;

        public HeldAttachment[] Holding(string address) => _byAddress.GetValueOrDefault(address) ?? [];

        public void Add(HeldAttachment held)
        {
            _all.Add(held);
            foreach (string address in AddressesOf(held))
                _byAddress[address] = [.. Holding(address), held];
        }

        /// <returns>Is nothing left?</returns>
        public bool Remove(HeldAttachment held)
        {
            int at = _all.FindIndex(other => ReferenceEquals(other, held));
            if (at >= 0)
            {
                _all[at] = _all[^1];
                _all.RemoveAt(_all.Count - 1);
            }
            foreach (string address in AddressesOf(held))
            {
                var rest = Array.FindAll(Holding(address), other => !ReferenceEquals(other, held));
                if (rest.Length == 0)
                    _byAddress.Remove(address);
                else
                    _byAddress[address] = rest;
            }
            return _all.Count == 0;
        }

        private static IEnumerable<string> AddressesOf(HeldAttachment held)
        {
            foreach (string ip in held.Ips)
                yield return ip;
            if (held.Mac.Length > 0)
                yield return held.Mac;
        }
    }
}
