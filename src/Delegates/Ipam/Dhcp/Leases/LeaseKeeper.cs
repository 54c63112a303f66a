using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>All leases of a daemon, on one thread: nothing here waits.</summary>
internal sealed class LeaseKeeper(ILeaseNetwork network, LeaseStore store, ClientTimes times, TimeProvider clock, Action<string> log)
{
    private readonly Dictionary<LeaseId, LeaseClient> _clients = [];

    // Entries of times that have changed since stay until their time has come.
    private readonly PriorityQueue<LeaseClient, long> _wakes = new();

    /// <summary>How many leases there are, those included that are being asked for.</summary>
    public int Count => _clients.Count;

    /// <summary>How many containers have their address.</summary>
    public int Bound
    {
        get
        {
            int bound = 0;
            foreach (var client in _clients.Values)
                bound += client.IsBound ? 1 : 0;
            return bound;
        }
    }

    /// <summary>When <see cref="RunDue"/> has something to do, by the clock's timestamps; null: never.</summary>
    public long? NextWake
    {
        get
        {
            while (_wakes.TryPeek(out var client, out long at) && client.WakeAt != at)
                _wakes.Dequeue();
            return _wakes.TryPeek(out _, out long next) ? next : null;
        }
    }

    /// <summary>Goes on with the leases on disk, and gives back those that were released meanwhile.</summary>
    public void Load()
    {
        foreach (var (lease, isReleased) in store.Load(error => log(error.Text)))
        {
            if (_clients.ContainsKey(lease.Id))
                continue;
            var client = Add(lease);
            client.Resume();
            if (isReleased)
                client.Release();
            Update(client);
        }
    }

    /// <summary>Gets a lease, or finds the one that is there.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="netns">The path of the container's network namespace.</param>
    /// <param name="config">With which options.</param>
    /// <param name="done">Called once with the lease, now or later.</param>
    /// <param name="failed">Called once instead.</param>
    public void Allocate(LeaseId id, string netns, DhcpConfig config, Action<Lease> done, Action<CniException> failed)
    {
        if (_clients.TryGetValue(id, out var client) && client.IsBound)
        {
            if (client.IsLinkThere())
            {
                done(client.Lease);
                return;
            }
            // The container was made anew without a DEL.
            client.Release();
            Update(client);
            client = null;
        }
        if (client is { IsAcquiring: false })
        {
            client.Release();
            Update(client);
            client = null;
        }
        try
        {
            if (client is null)
            {
                client = Add(new Lease
                {
                    Id = id, NetNs = netns, HardwareAddress = default, State = LeaseState.Requested, Since = default, Message = new DhcpMessage(),
                    Provided = config.Provided, ParameterRequestList = config.ParameterRequestList,
                });
                client.Start();
            }
            // Two ADDs at a time for one interface get one lease.
            var acquiring = client;
            client.Acquired += () => done(acquiring.Lease);
            client.Failed += failed;
            Update(client);
        }
        catch (LinkGoneException e)
        {
            client!.Close();
            Update(client);
            failed(new CniException(CniErrorCode.UnknownContainer, e.Message));
        }
        catch (CniException e)
        {
            client!.Close();
            Update(client);
            failed(e);
        }
    }

    /// <summary>Gives a lease back; nothing there is success.</summary>
    /// <exception cref="CniException">Code 4 or 7: this names no lease. Code 5: what is on disk cannot be removed.</exception>
    public void Release(LeaseId id)
    {
        if (_clients.TryGetValue(id, out var client))
        {
            client.Release();
            Update(client);
        }
        // Also what could not be read.
        store.Remove(id);
    }

    /// <summary>The lease of a container that has its address.</summary>
    /// <exception cref="CniException">There is none.</exception>
    public Lease Find(LeaseId id) => _clients.TryGetValue(id, out var client) && client.IsBound
        ? client.Lease
        : throw new CniException(CniErrorCode.Internal, $"no lease for {id}", "It was lost, released, or never there; the daemon's log tells.");

    /// <summary>Gives back the leases of a network that no valid attachment has.</summary>
    public void Collect(string networkName, IReadOnlyList<GcAttachment> valid)
    {
        var inUse = new HashSet<GcAttachment>(valid);
        foreach (var id in new List<LeaseId>(_clients.Keys))
        {
            if (id.Network == networkName && !inUse.Contains(new GcAttachment(id.ContainerId, id.IfName)))
                Release(id);
        }
    }

    /// <summary>Stops to ask for a lease whose ADD nobody waits for any more.</summary>
    public void Abandon(LeaseId id)
    {
        if (_clients.TryGetValue(id, out var client) && client.IsAcquiring && client.Lease.State == LeaseState.Requested)
        {
            client.Release();
            Update(client);
        }
    }

    /// <summary>Does what is due.</summary>
    public void RunDue()
    {
        while (NextWake is { } at && at <= clock.GetTimestamp())
        {
            var client = _wakes.Dequeue();
            client.Wake();
            Update(client);
        }
    }

    /// <summary>Closes what is open. The leases stay.</summary>
    public void Close()
    {
        foreach (var client in _clients.Values)
            client.Close();
        _clients.Clear();
    }

    private LeaseClient Add(Lease lease)
    {
        var client = new LeaseClient(lease, network, store, times, clock, log);
        client.Changed = () => Update(client);
        _clients[lease.Id] = client;
        return client;
    }

    private void Update(LeaseClient client)
    {
        if (client.HasEnded)
        {
            if (_clients.TryGetValue(client.Id, out var known) && known == client)
                _clients.Remove(client.Id);
        }
        else if (client.WakeAt is { } at)
        {
            _wakes.Enqueue(client, at);
        }
    }
}
