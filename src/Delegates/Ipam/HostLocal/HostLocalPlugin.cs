using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>
/// IPAM <c>host-local</c>: addresses out of ranges, reserved in files on the node. Its directory is the reference's own; see
/// docs/plugins/host-local.md for the differences.
/// </summary>
/// <param name="lockTimeout">How long to wait for the network's lock; null for 20 seconds.</param>
internal sealed class HostLocalPlugin(TimeSpan? lockTimeout = null) : IPlugin
{
    // Looking at one candidate costs two system calls; past this many it is cheaper to list the directory.
    private const int ProbesBeforeListing = 32;

    private readonly TimeSpan _lockTimeout = lockTimeout ?? AllocationStore.DefaultLockTimeout;

    /// <inheritdoc/>
    public string Type => "host-local";

    /// <inheritdoc/>
    public string About => "host-local: gives out addresses of ranges, reserved in files on this node";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = HostLocalConfig.Read(context);
        var dns = config.ResolvConf.Length > 0 ? ResolvConf.Read(config.ResolvConf) : CniDns.Empty;
        var owner = OwnerOf(context);
        using var store = AllocationStore.Open(HostLocalConfig.ReadDirectory(context), _lockTimeout);
        var held = store.Find(owner);
        var reserved = new List<AddressNumber>(config.RangeSets.Count);
        var addresses = new List<CniIP>(config.RangeSets.Count);
        try
        {
            var requested = new List<AddressNumber>(config.Requested);
            for (int i = 0; i < config.RangeSets.Count; i++)
            {
                var set = config.RangeSets[i];
                RefuseDuplicate(set, i, held, owner);
                var (address, range) = Reserve(store, set, i, owner, requested);
                reserved.Add(address);
                store.SetLastReserved(i, address);
                addresses.Add(new CniIP
                {
                    Address = new IPPrefix(address.ToAddress(), range.Subnet.Length),
                    Gateway = range.Gateway.ToAddress(),
                });
            }
            if (requested.Count > 0)
            {
                throw Failed(
                    CniErrorCode.InvalidNetworkConfig, $"failed to allocate all requested IPs: {string.Join(' ', requested)}",
                    "Each range set gives one address, and these lie in no range set that was left.");
            }
        }
        catch
        {
            Undo(store, owner, held, reserved);
            throw;
        }
        store.Record(owner, [.. held, .. reserved]);
        return new CniResult { IPs = addresses, Routes = config.Routes, Dns = dns };
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        // No ranges are read: what was given out is released even where the configuration has become invalid since.
        using var store = AllocationStore.TryOpen(HostLocalConfig.ReadDirectory(context), _lockTimeout);
        store?.ReleaseAll(OwnerOf(context));
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = HostLocalConfig.Read(context);
        var owner = OwnerOf(context);
        var result = context.PrevResult;
        using var store = AllocationStore.TryOpen(HostLocalConfig.ReadDirectory(context), _lockTimeout);
        if (store is null || store.Find(owner).Count == 0)
        {
            throw Failed(
                CniErrorCode.Internal, $"host-local: Failed to find address added by container {owner.ContainerId}",
                $"No file in {HostLocalConfig.ReadDirectory(context)} names this container and interface {owner.IfName}.");
        }
        if (result is null)
            return;
        foreach (var ip in result.IPs)
        {
            var address = AddressNumber.From(ip.Address.Address);
            // Others may have added addresses of their own to the result.
            if (!IsOf(result, ip, context) || !IsInRange(config, address))
                continue;
            var holder = store.OwnerOf(address);
            if (holder != owner && holder != owner.Legacy)
            {
                throw Failed(
                    CniErrorCode.Internal, $"host-local: address {address} is not reserved for container {owner.ContainerId}, interface {owner.IfName}",
                    holder is { } other ? $"It is reserved for container {other.ContainerId}, interface {other.IfName ?? "(any)"}." : "It is not reserved at all.");
            }
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = HostLocalConfig.Read(context);
        string directory = HostLocalConfig.ReadDirectory(context);
        List<AddressNumber> taken;
        try
        {
            taken = AllocationStore.ListAddresses(directory);
        }
        catch (CniException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
        }
        foreach (var set in config.RangeSets)
        {
            // Files that an interrupted write left empty reserve nothing; they are looked for only where it matters.
            var inSet = taken.FindAll(address => set.RangeOf(address) is { } range && address != range.Gateway);
            if ((UInt128)inSet.Count >= set.Capacity && inSet.TrueForAll(address => !AllocationStore.IsLeftover(directory, address)))
            {
                throw Failed(
                    CniErrorCode.PluginNotAvailable, $"no IP addresses available in range set: {set}",
                    $"All {set.Capacity} addresses are reserved in {directory}.");
            }
        }
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        if (!context.HasValidAttachments)
            return;
        var owners = new HashSet<Owner>();
        foreach (var attachment in context.ValidAttachments)
        {
            var owner = new Owner(attachment.ContainerId, attachment.IfName);
            owners.Add(owner);
            owners.Add(owner.Legacy);
        }
        using var store = AllocationStore.TryOpen(HostLocalConfig.ReadDirectory(context), _lockTimeout);
        store?.ReleaseAllBut(owners);
    }

    private static Owner OwnerOf(PluginContext context) => new(context.Call.ContainerId.Trim(), context.Call.IfName);

    /// <summary>The specification allows one ADD per container and interface; a second one would leak the first one's addresses.</summary>
    private static void RefuseDuplicate(RangeSet set, int index, IReadOnlyList<AddressNumber> held, Owner owner)
    {
        foreach (var address in held)
        {
            if (set.RangeOf(address) is not null)
            {
                throw Failed(
                    CniErrorCode.Internal,
                    $"failed to allocate for range {index}: {address} has been allocated to {owner.ContainerId}, duplicate allocation is not allowed",
                    $"An ADD for interface {owner.IfName} was served before; DEL must come first.");
            }
        }
    }

    private static (AddressNumber Address, AddressRange Range) Reserve(
        AllocationStore store, RangeSet set, int index, Owner owner, List<AddressNumber> requested)
    {
        foreach (var wish in requested)
        {
            if (set.RangeOf(wish) is not { } range)
                continue;
            if (wish == range.Gateway)
                throw Failed(CniErrorCode.InvalidNetworkConfig, $"failed to allocate for range {index}: requested ip {wish} is subnet's gateway", "Gateways are never given out.");
            if (!store.TryReserve(owner, wish))
            {
                throw Failed(
                    CniErrorCode.TryAgainLater,
                    $"failed to allocate for range {index}: requested IP address {wish} is not available in range set {set}",
                    store.OwnerOf(wish) is { } other ? $"It is reserved for container {other.ContainerId}, interface {other.IfName ?? "(any)"}." : "");
            }
            requested.Remove(wish);
            return (wish, range);
        }
        return ReserveNext(store, set, index, owner);
    }

    private static (AddressNumber Address, AddressRange Range) ReserveNext(AllocationStore store, RangeSet set, int index, Owner owner)
    {
        HashSet<AddressNumber>? taken = null;
        int probes = 0;
        // However large the range: all but as many candidates as there are files are free, and one of these ends the search.
        foreach (var (address, range) in set.Candidates(store.LastReserved(index)))
        {
            if (probes++ == ProbesBeforeListing)
                taken = [.. store.ListAddresses()];
            if (taken?.Contains(address) != true && store.TryReserve(owner, address))
                return (address, range);
        }
        // Before giving up: files that an interrupted write left empty reserve nothing.
        foreach (var address in taken ?? [])
        {
            if (set.RangeOf(address) is { } range && address != range.Gateway && store.IsLeftover(address) && store.TryReserve(owner, address))
                return (address, range);
        }
        throw Failed(
            CniErrorCode.TryAgainLater, $"failed to allocate for range {index}: no IP addresses available in range set: {set}",
            $"All {set.Capacity} addresses are reserved. Widen the range, or release what no longer runs (GC).");
    }

    private static void Undo(AllocationStore store, Owner owner, IReadOnlyList<AddressNumber> held, List<AddressNumber> reserved)
    {
        if (reserved.Count == 0)
            return;
        try
        {
            foreach (var address in reserved)
                store.Release(address);
            store.Record(owner, held);
        }
        catch (CniException)
        {
            // The error that led here is the one to report; DEL releases the rest.
        }
    }

    private static bool IsOf(CniResult result, CniIP ip, PluginContext context) =>
        ip.Interface is not { } index || index < 0 || index >= result.Interfaces.Count || result.Interfaces[index].Name == context.Call.IfName;

    private static bool IsInRange(HostLocalConfig config, AddressNumber address)
    {
        foreach (var set in config.RangeSets)
        {
            if (set.RangeOf(address) is not null)
                return true;
        }
        return false;
    }

    private static CniException Failed(CniErrorCode code, string message, string details) => new(code, message, details);
}
