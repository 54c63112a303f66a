using System.Reflection;

namespace MultiNet.Meta.CommandLine;

/// <summary>What was built.</summary>
internal static class ProgramVersion
{
    /// <summary><c>0.1.0</c>.</summary>
    public static string Version => Informational.Split('+')[0];

    /// <summary>The commit it was built from; empty where it was built outside of a checkout.</summary>
    public static string Commit => Informational.Contains('+') ? Informational[(Informational.IndexOf('+') + 1)..] : "";

    private static string Informational =>
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary><c>multinet 0.1.0 (commit 1234567)</c>.</summary>
    /// <param name="program">The executable's name.</param>
    public static string Of(string program) => $"{program} {Version}{(Commit.Length == 0 ? "" : $" (commit {Commit})")}";
}
