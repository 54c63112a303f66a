using System.Globalization;

namespace MultiNet.Cni;

/// <summary>
/// A plugin that was started, as somebody else knows it again who comes after the process that started it: process ids are given out anew,
/// but not with the same time of start.
/// </summary>
/// <param name="Id">The process id, which is the id of the plugin's process group too.</param>
/// <param name="StartTime">When it was started: clock ticks since the boot (proc(5), field 22 of /proc/pid/stat).</param>
public readonly record struct PluginProcess(int Id, ulong StartTime)
{
    /// <summary>The process with this id; null where there is none.</summary>
    public static PluginProcess? Find(int id) => Read(id) is { } status ? new PluginProcess(id, status.StartTime) : null;

    /// <summary>Is it still there, and still the same? One that has ended counts until its parent has heard of it.</summary>
    public bool IsThere => Read(Id) is { } status && status.StartTime == StartTime;

    /// <summary>Kills it with all that it has started in its group, and waits for their end. One that is not there any more is fine.</summary>
    /// <param name="patience">How long to wait: a process in the kernel ends when the kernel is done.</param>
    /// <returns>False where something of it is still at work.</returns>
    public bool End(TimeSpan patience)
    {
        if (!IsThere)
            return true;
        var deadline = Deadline.After(patience);
        while (true)
        {
            _ = Exec.Libc.Kill(-Id, Exec.Libc.SigKill);
            if (!IsAnyAtWork())
                return true;
            if (deadline.HasPassed)
                return false;
            Thread.Sleep(5);
        }
    }

    private bool IsAnyAtWork()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && Read(id) is { State: not ('Z' or 'X') } status && status.Group == Id)
            {
                return true;
            }
        }
        return false;
    }

    // "pid (name) state parent group session ...": the name may hold blanks and parentheses.
    private static (char State, int Group, ulong StartTime)? Read(int id)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int group)
            && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            ? (fields[0][0], group, start)
            : null;
    }
}
