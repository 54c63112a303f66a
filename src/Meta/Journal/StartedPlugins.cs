using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using MultiNet.Cni;

namespace MultiNet.Meta.Journal;

/// <summary>
/// The executables that are started while a sandbox's lock is held, noted in the lock's file. A runtime that gives up kills this process and not
/// its plugin, and that would attach what the DEL that follows has just released: whoever takes the lock next, finds the file where it should be
/// none, and ends them.
/// </summary>
internal static class StartedPlugins
{
    private const int LargestFile = 64 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Notes one. What cannot be noted (the disk is full) is not: it is a precaution.</summary>
    public static void Note(SafeFileHandle file, int process)
    {
        if (PluginProcess.Find(process) is not { } started)
            return;
        try
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"{Boot.Id} {started.Id} {started.StartTime}\n");
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(line), RandomAccess.GetLength(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Is one of those at work that are noted?</summary>
    public static bool AreThere(SafeFileHandle file) => Read(file).Exists(static plugin => plugin.IsThere);

    /// <summary>Ends those that are noted, and forgets them.</summary>
    /// <exception cref="CniException">Code 11: one does not end.</exception>
    public static void End(SafeFileHandle file)
    {
        var noted = Read(file);
        if (noted.Count == 0)
            return;
        foreach (var plugin in noted)
        {
            if (!plugin.End(s_patience))
            {
                throw new CniException(
                    CniErrorCode.TryAgainLater, $"a plugin of an earlier call is still at work, though that call was killed: process {plugin.Id}",
                    "it was killed too, and the kernel has not let it go; try again later");
            }
        }
        try
        {
            RandomAccess.SetLength(file, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They have ended; and others with their ids have another time of start.
        }
    }

    private static List<PluginProcess> Read(SafeFileHandle file)
    {
        var noted = new List<PluginProcess>();
        try
        {
            var content = new byte[Math.Min(RandomAccess.GetLength(file), LargestFile)];
            string text = Encoding.ASCII.GetString(content, 0, content.Length == 0 ? 0 : RandomAccess.Read(file, content, 0));
            foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                // After a reboot neither number says anything.
                if (line.Split(' ') is [{ Length: > 0 } boot, var id, var start] && boot == Boot.Id
                    && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && process > 1
                    && ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out ulong time))
                {
                    noted.Add(new PluginProcess(process, time));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As if nothing had been noted.
        }
        return noted;
    }
}
