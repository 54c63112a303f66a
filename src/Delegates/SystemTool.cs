using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates;

/// <summary>Tools of the system that are fed with text: iptables-restore, nft. They work in the network namespace of the calling thread.</summary>
internal static class SystemTool
{
    // Waiting for locks that other users of the tool hold is part of it.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private static readonly string[] s_usualFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

    /// <summary>Finds a tool.</summary>
    /// <param name="name">Its file's name.</param>
    /// <param name="searchPath">Folders between colons; null for the process's PATH and the usual folders for system commands.</param>
    /// <returns>Its path; null where it is not installed.</returns>
    public static string? Find(string name, string? searchPath = null)
    {
        string path = searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Exists(folder, name) is { } found)
                return found;
        }
        if (searchPath is not null)
            return null;
        // A runtime may start plugins with a short PATH.
        foreach (string folder in s_usualFolders)
        {
            if (Exists(folder, name) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>Runs a tool to its end.</summary>
    /// <exception cref="CniException">Code 5: it could not be run. Code 11: it did not end in time.</exception>
    public static CommandOutcome Run(string path, IReadOnlyList<string> arguments, string input)
    {
        try
        {
            return SystemCommand.Run(path, arguments, Variables(), Encoding.UTF8.GetBytes(input), s_deadline);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new CniException(e is TimeoutException ? CniErrorCode.TryAgainLater : CniErrorCode.IOFailure, e.Message, "", e);
        }
    }

    /// <summary>Runs a tool that must succeed.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="CniException">It could not be run, or failed.</exception>
    public static string Must(string path, IReadOnlyList<string> arguments, string input)
    {
        var outcome = Run(path, arguments, input);
        return outcome.ExitCode == 0 ? Encoding.UTF8.GetString(outcome.Output.Span) : throw Failed(path, outcome, input);
    }

    /// <summary>The error for a tool that failed: what it said first, and in the details everything with its input.</summary>
    public static CniException Failed(string path, CommandOutcome outcome, string input)
    {
        string errors = Encoding.UTF8.GetString(outcome.Errors.Span).TrimEnd();
        return new CniException(
            CniErrorCode.Internal,
            $"{path} failed with exit code {outcome.ExitCode}: {(errors.Length > 0 ? FirstLine(errors) : "it said nothing")}",
            input.Length > 0 ? $"{errors}\nThe input was:\n{input}" : errors);
    }

    // What the tools look at, and messages in English.
    private static List<string> Variables()
    {
        var variables = new List<string> { "LC_ALL=C" };
        foreach (string name in (ReadOnlySpan<string>)["PATH", "XTABLES_LIBDIR", "XTABLES_LOCKFILE"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                variables.Add($"{name}={value}");
        }
        return variables;
    }

    private static string FirstLine(string text) => text.IndexOf('\n') is >= 0 and var end ? text[..end] : text;

    private static string? Exists(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        return Path.IsPathRooted(file) && File.Exists(file) ? file : null;
    }
}
