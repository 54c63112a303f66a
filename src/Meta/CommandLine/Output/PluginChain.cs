using System.Text;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.CommandLine.Output;

/// <summary>A chain of plugins for people: <c>bridge(host-local), tuning, /opt/cni/bin/portmap</c>. What has no path is built in.</summary>
internal static class PluginChain
{
    /// <summary>What the notation means, for below a table.</summary>
    public const string Legend = "Plugins named without a path are built in; the one in parentheses assigns the addresses.";

    public static string Format(IReadOnlyList<PlannedPlugin> plugins)
    {
        var text = new StringBuilder();
        foreach (var plugin in plugins)
        {
            string name = plugin.Source.ExecutablePath ?? plugin.Source.Type;
            if (plugin.IsIpam)
                text.Append('(').Append(name).Append(')');
            else
                text.Append(text.Length > 0 ? ", " : "").Append(name);
        }
        return text.ToString();
    }
}
