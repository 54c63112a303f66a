using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Tuning;

/// <summary>A kernel parameter that was changed.</summary>
/// <param name="Path">The path below /proc/sys.</param>
/// <param name="Before">Its value before.</param>
/// <param name="Set">The value that was set.</param>
internal sealed record SysctlBackup(string Path, string Before, string Set)
{
    /// <summary>These and those of an earlier change, whose values are the original ones.</summary>
    public static IReadOnlyList<SysctlBackup> Under(IReadOnlyList<SysctlBackup> later, IReadOnlyList<SysctlBackup> earlier)
    {
        var all = new List<SysctlBackup>(earlier);
        foreach (var change in later)
        {
            int known = all.FindIndex(other => other.Path == change.Path);
            if (known < 0)
                all.Add(change);
            else
                all[known] = all[known] with { Set = change.Set };
        }
        return all;
    }

    /// <summary>Reads the member of a backup: an object of objects by path.</summary>
    /// <exception cref="Cni.CniException">Code 6: another type.</exception>
    public static IReadOnlyList<SysctlBackup> Read(JsonFields map)
    {
        var all = new List<SysctlBackup>();
        foreach (var (path, value) in map.Members())
        {
            var fields = JsonFields.From(value, map.PathOf(path));
            all.Add(new SysctlBackup(path, fields.String("before"), fields.String("set")));
        }
        return all;
    }

    /// <summary>Writes the member, where there is anything.</summary>
    public static void Write(GoJsonWriter writer, string key, IReadOnlyList<SysctlBackup> all)
    {
        if (all.Count == 0)
            return;
        writer.Name(key);
        writer.BeginObject();
        foreach (var change in all)
        {
            writer.Name(change.Path);
            writer.BeginObject();
            writer.Name("before");
            writer.String(change.Before);
            writer.Name("set");
            writer.String(change.Set);
            writer.EndObject();
        }
        writer.EndObject();
    }
}
