using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Masquerade;

/// <summary>The tools of iptables for one family: reading and changing the nat table, one process each.</summary>
internal sealed class IptablesTool
{
    // Waiting for the lock that other users of iptables hold is part of it.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private static readonly string[] s_usualFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

    private readonly string _family;
    private readonly string? _restore;
    private readonly string? _save;

    private IptablesTool(string family, string? restore, string? save)
    {
        _family = family;
        _restore = restore;
        _save = save;
    }

    /// <summary>Are the tools there? They may still lack support by the kernel.</summary>
    public bool IsInstalled => _restore is not null && _save is not null;

    /// <summary>Looks for the tools.</summary>
    /// <param name="ipv4">iptables; else ip6tables.</param>
    /// <param name="searchPath">Folders between colons; null for the process's PATH and the usual folders for system commands.</param>
    public static IptablesTool Find(bool ipv4, string? searchPath = null)
    {
        string family = ipv4 ? "iptables" : "ip6tables";
        return new IptablesTool(family, FindFile($"{family}-restore", searchPath), FindFile($"{family}-save", searchPath));
    }

    /// <summary>Reads the nat table.</summary>
    /// <exception cref="CniException">The tool is missing or failed.</exception>
    public NatTable ReadNat() => NatTable.Parse(Run(_save, "save", ["-t", "nat"], ""));

    /// <summary>Carries out a transaction: all of it or nothing.</summary>
    /// <exception cref="CniException">The tool is missing or failed.</exception>
    public void Apply(IptablesScript script)
    {
        if (!script.IsEmpty)
            Run(_restore, "restore", ["--noflush", "--wait"], script.ToString());
    }

    private string Run(string? path, string verb, string[] arguments, string input)
    {
        if (path is null)
        {
            throw new CniException(
                CniErrorCode.Internal, $"failed to locate iptables: {_family}-{verb} is not installed", "Install iptables, or set \"ipMasqBackend\": \"nftables\".");
        }
        try
        {
            var outcome = SystemCommand.Run(path, arguments, Variables(), Encoding.UTF8.GetBytes(input), s_deadline);
            if (outcome.ExitCode == 0)
                return Encoding.UTF8.GetString(outcome.Output.Span);
            string errors = Encoding.UTF8.GetString(outcome.Errors.Span).TrimEnd();
            throw new CniException(
                CniErrorCode.Internal,
                $"{path} failed with exit code {outcome.ExitCode}: {(errors.Length > 0 ? FirstLine(errors) : "it said nothing")}",
                input.Length > 0 ? $"{errors}\nThe input was:\n{input}" : errors);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new CniException(e is TimeoutException ? CniErrorCode.TryAgainLater : CniErrorCode.IOFailure, e.Message, "", e);
        }
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

    private static string? FindFile(string name, string? searchPath)
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

    private static string? Exists(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        return Path.IsPathRooted(file) && File.Exists(file) ? file : null;
    }
}
