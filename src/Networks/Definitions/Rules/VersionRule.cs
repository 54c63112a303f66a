using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>NAD-014, 015: <c>cniVersion</c> and <c>cniVersions</c>.</summary>
internal sealed class VersionRule : IDefinitionRule
{
    public void Check(DefinitionConfig config, ProblemList problems)
    {
        bool other = CheckOthers(config, problems);
        var version = config.Root.AnyCase("cniVersion");
        if (version is null || version.Text is "")
        {
            if (!other)
            {
                problems.Warning(
                    "NAD-015", version ?? config.Root,
                    "\"cniVersion\" is missing, which means 0.1.0: results without interfaces; "
                    + "write \"1.1.0\" or what the plugins support");
            }
            return;
        }
        if (version.Kind != JsonValueKind.String || version.Text is not { } text || !CniVersion.TryParse(text, out _))
            problems.Error("NAD-014", version, $"expected a version such as \"1.1.0\", found {version.Found}");
        else if (!CniVersion.IsKnown(text) && !other)
        {
            problems.Error(
                "NAD-014", version,
                $"version {Quoted.Text(text)} does not exist or is too new; known are {string.Join(", ", CniVersion.All)}");
        }
        else if (!CniVersion.AtLeast(text, "0.3.0") && config.PluginList is not null && !other)
        {
            problems.Warning(
                "NAD-015", version, $"results of version {text} cannot tell chained plugins of interfaces; use 0.3.1 or newer");
        }
    }

    // Is a version known that is not in "cniVersion"?
    private static bool CheckOthers(DefinitionConfig config, ProblemList problems)
    {
        if (config.Root.AnyCase("cniVersions") is not { } versions)
            return false;
        if (versions.Kind != JsonValueKind.Array)
        {
            problems.Error("NAD-014", versions, $"expected a list of versions such as [\"1.0.0\", \"1.1.0\"], found {versions.Found}");
            return false;
        }
        bool known = false;
        foreach (var version in versions.Children)
        {
            if (version.Text is not { } text || !CniVersion.TryParse(text, out _))
                problems.Error("NAD-014", version, $"expected a version such as \"1.1.0\", found {version.Found}");
            else
                known |= CniVersion.IsKnown(text);
        }
        return known;
    }
}
