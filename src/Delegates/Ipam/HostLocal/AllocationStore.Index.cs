using System.Runtime.InteropServices;
using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <content>
/// <para>From owners to addresses, without reading every file. The reference reads them all, on every ADD and every DEL.</para>
/// <para>
/// The folder <c>.owners</c> holds one symbolic link per owner whose text lists its addresses; it leads nowhere, so that the
/// reference, which tries to read whatever is in the directory, passes over it. The index is trusted only while the directory's
/// modification time is <see cref="s_complete"/>: every program that adds or removes a file sets it to the present, and then the
/// next session reads all files once and repairs the index. What the index says is verified with the reservation itself.
/// </para>
/// </content>
internal sealed partial class AllocationStore
{
    /// <summary>The index's name in the folder of a network.</summary>
    internal const string IndexName = ".owners";


    // Any time that cannot be the present; a program that changes an entry of the directory brings in the present.
    private static readonly DateTime s_complete = new DateTime(1998, 4, 9, 8, 0, 0, DateTimeKind.Utc).AddTicks(4_984_980);

    private bool _indexIsComplete;
    private bool _indexLagsBehind;

    /// <summary>The addresses that an owner holds; where it holds none, those held by files that name the container only.</summary>
    /// <exception cref="CniException">Code 5: the directory cannot be read.</exception>
    public IReadOnlyList<AddressNumber> Find(Owner owner)
    {
        var exact = FindExact(owner, makesIndex: true);
        return exact.Count > 0 ? exact : FindExact(owner.Legacy, makesIndex: true);
    }

    /// <summary>Removes all reservations of an owner; where it has none, those that name the container only.</summary>
    /// <exception cref="CniException">Code 5: a file cannot be removed; the others are.</exception>
    public void ReleaseAll(Owner owner)
    {
        // Whoever uninstalls this program takes the indexes away; a runtime may call DEL once more after that.
        bool makesIndex = Directory.Exists(Path.Combine(_directory, IndexName));
        var held = FindExact(owner, makesIndex);
        if (held.Count == 0)
        {
            owner = owner.Legacy;
            held = FindExact(owner, makesIndex);
        }
        if (held.Count == 0)
            return;
        CniException? failure = null;
        foreach (var address in held)
        {
            try
            {
                Release(address);
            }
            catch (CniException e)
            {
                failure = e;
            }
        }
        if (failure is not null)
            throw failure;
        Record(owner, []);
    }

    /// <summary>Removes every reservation whose owner is not among <paramref name="owners"/>, and what interrupted writes left behind.</summary>
    /// <exception cref="CniException">Code 5: a file cannot be removed; the others are.</exception>
    public void ReleaseAllBut(IReadOnlySet<Owner> owners)
    {
        CniException? failure = null;
        int failures = 0;
        var kept = new List<(AddressNumber, Owner)>();
        foreach (var address in ListAddresses())
        {
            var owner = OwnerOf(address);
            if (owner is { } known && owners.Contains(known))
            {
                kept.Add((address, known));
                continue;
            }
            if (owner is null && !IsLeftover(address))
                continue; // unreadable, or a directory: nothing that was reserved here
            try
            {
                Release(address);
            }
            catch (CniException e)
            {
                failure ??= e;
                failures++;
            }
        }
        if (failure is not null)
            throw failures == 1 ? failure : new CniException(failure.Code, $"{failure.Message} (and {failures - 1} more)", failure.Details, failure);
        RepairIndex(kept);
    }

    /// <summary>Notes in the index what an owner holds now. Without it the index counts as incomplete after a change.</summary>
    public void Record(Owner owner, IReadOnlyList<AddressNumber> held)
    {
        if (_indexIsComplete && (owner.ToIndexName() is not { } name || WriteEntry(name, held)))
            _indexLagsBehind = false;
    }

    /// <summary>Reads all reservations, empty files excepted.</summary>
    public List<(AddressNumber Address, Owner Owner)> ReadAll()
    {
        var all = new List<(AddressNumber, Owner)>();
        foreach (var address in ListAddresses())
        {
            if (OwnerOf(address) is { } owner)
                all.Add((address, owner));
        }
        return all;
    }

    /// <summary>Makes the index agree with the reservations. Failure is no error: without an index all files are read.</summary>
    public void RepairIndex(List<(AddressNumber Address, Owner Owner)> reservations)
    {
        var wanted = new Dictionary<string, List<AddressNumber>>(reservations.Count);
        foreach (var (address, owner) in reservations)
        {
            if (owner.ToIndexName() is not { } name)
                continue;
            if (!wanted.TryGetValue(name, out var held))
                wanted.Add(name, held = []);
            held.Add(address);
        }
        // Left by a process that was killed: it has changed the directory, so this is where the next call comes by.
        if (!_newIsWritten)
            _ = StorageCalls.Unlink(Path.Combine(_directory, NewName));
        string index = Path.Combine(_directory, IndexName);
        bool complete = true;
        try
        {
            Directory.CreateDirectory(index);
            foreach (string path in Directory.EnumerateFileSystemEntries(index))
            {
                string name = Path.GetFileName(path);
                if (wanted.TryGetValue(name, out var held) && ReadEntry(name) == Format(held))
                    wanted.Remove(name);
                else if (!wanted.ContainsKey(name))
                    complete &= StorageCalls.Unlink(path) == 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            complete = false;
        }
        foreach (var (name, held) in wanted)
            complete = complete && WriteEntry(name, held);
        _indexIsComplete = complete;
        _indexLagsBehind = false;
        _changed = true;
    }

    private IReadOnlyList<AddressNumber> FindExact(Owner owner, bool makesIndex)
    {
        if (_indexIsComplete && !_indexLagsBehind && owner.ToIndexName() is { } name && FindInIndex(owner, name) is { } indexed)
            return indexed;
        var reservations = ReadAll();
        if (makesIndex)
            RepairIndex(reservations);
        var held = new List<AddressNumber>();
        foreach (var (address, holder) in reservations)
        {
            if (holder == owner)
                held.Add(address);
        }
        return held;
    }

    /// <summary>What the index says; null where a reservation says otherwise.</summary>
    private List<AddressNumber>? FindInIndex(Owner owner, string name)
    {
        var held = new List<AddressNumber>();
        string? entry = ReadEntry(name);
        if (string.IsNullOrEmpty(entry))
            return entry is null ? held : null;
        foreach (string text in entry.Split(','))
        {
            if (!IPText.TryParse(text, out var found))
                return null;
            var address = AddressNumber.From(found);
            // A power failure may have emptied the file; then the index knows better.
            if (OwnerOf(address) != owner && !IsLeftover(address))
                return null;
            held.Add(address);
        }
        return held;
    }

    private string PathOfEntry(string name) => Path.Combine(_directory, IndexName, name);

    private unsafe string? ReadEntry(string name)
    {
        byte* buffer = stackalloc byte[4096];
        nint length = StorageCalls.ReadLink(PathOfEntry(name), buffer, 4096);
        if (length >= 0)
            return Encoding.ASCII.GetString(buffer, (int)length);
        return Marshal.GetLastPInvokeError() == StorageCalls.ENOENT ? null : "";
    }

    private bool WriteEntry(string name, IReadOnlyList<AddressNumber> held)
    {
        string path = PathOfEntry(name);
        if (held.Count > 0 && StorageCalls.SymbolicLink(Format(held), path) == 0)
            return true;
        // Something is there (or nothing is wanted): take it away first.
        if (StorageCalls.Unlink(path) < 0 && Marshal.GetLastPInvokeError() != StorageCalls.ENOENT)
            return false;
        return held.Count == 0 || StorageCalls.SymbolicLink(Format(held), path) == 0;
    }

    // In an order that does not depend on who wrote it: an index that was repaired is the one that was there before.
    private static string Format(IReadOnlyList<AddressNumber> held)
    {
        if (held.Count == 1)
            return held[0].ToString();
        AddressNumber[] sorted = [.. held];
        Array.Sort(sorted, static (a, b) => a.IsIPv4 == b.IsIPv4 ? a.Value.CompareTo(b.Value) : a.IsIPv4 ? -1 : 1);
        return string.Join(',', sorted);
    }

    private bool IndexIsComplete()
    {
        try
        {
            return Directory.GetLastWriteTimeUtc(_directory) == s_complete;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void MarkIndexComplete()
    {
        try
        {
            Directory.SetLastWriteTimeUtc(_directory, s_complete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not the owner of the directory, perhaps: then the next session reads all files.
        }
    }
}
