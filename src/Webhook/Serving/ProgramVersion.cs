using System.Reflection;

namespace MultiNet.Webhook.Serving;

/// <summary>What was built.</summary>
internal static class ProgramVersion
{
    private static readonly string s_informational =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary><c>0.1.0</c>.</summary>
    public static string Version => s_informational.Split('+')[0];

    /// <summary>The commit; empty where it was built outside of a checkout.</summary>
    public static string Commit => s_informational.Contains('+') ? s_informational[(s_informational.IndexOf('+') + 1)..] : "";
}
