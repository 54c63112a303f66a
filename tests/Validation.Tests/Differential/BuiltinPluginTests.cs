using System.Globalization;
using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Validation.Tests.Golden;

namespace MultiNet.Validation.Tests.Differential;

/// <summary>
/// What admission refuses of a built-in plugin's configuration, the runtime or the plugin refuses, too: as an error of the configuration,
/// not because the node lacks something.
/// </summary>
public sealed class BuiltinPluginTests
{
    // A limit of ours, a word of the operator's, an annotation that the kubelet judges, and the answer for too many findings.
    private static readonly string[] s_notOfPlugins = ["MN-NAD-002", "MN-NAD-012", "MN-NAD-013", "MN-NAD-032", "MN-GEN-001"];

    public static TheoryData<int> Refused
    {
        get
        {
            var data = new TheoryData<int>();
            for (int i = 0; i < DefinitionCases.All.Count; i++)
            {
                if (!DefinitionCases.All[i].IsWarning && !s_notOfPlugins.Contains(DefinitionCases.All[i].Rule))
                    data.Add(i);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void ErrorsOfTheRules_AreErrorsOfThePlugins(int index)
    {
        using var run = new PluginRun();
        foreach (var rejected in DefinitionCases.All[index].Rejected)
        {
            int place = PlaceOf(rejected);
            // Plugins that are not built in are judged by what is known of them.
            if (place < 0)
                continue;
            var refusal = run.Refusal(rejected.Definition, place);
            Assert.True(refusal is { Code: CniErrorCode.InvalidNetworkConfig or CniErrorCode.DecodingFailure or CniErrorCode.IncompatibleCniVersion }
                || refusal?.Code == CniErrorCode.InvalidEnvironmentVariables, $"{DefinitionCases.All[index].Rule} {rejected.Config}: {(refusal is null ? "not refused" : $"{refusal.Code} {refusal.Message}")}");
        }
    }

    // The plugin in which the first error stands; -1 where it is not built in.
    private static int PlaceOf(DefinitionInput rejected)
    {
        var error = rejected.Validate().Findings.First(finding => finding.IsError);
        int place = error.Path.StartsWith("plugins[", StringComparison.Ordinal)
            ? int.Parse(error.Path["plugins[".Length..error.Path.IndexOf(']')], CultureInfo.InvariantCulture) : 0;
        NetworkConfigList? list;
        try
        {
            list = rejected.Definition.ReadConfig();
        }
        catch (CniException)
        {
            return 0;
        }
        var plugin = list!.Plugins[place];
        string ipam = error.Path.Contains("ipam.", StringComparison.Ordinal) ? plugin.Fields.Object("ipam").String("type") : "";
        return BuiltinPlugins.Contains(plugin.Type) && (ipam.Length == 0 || BuiltinPlugins.Contains(ipam)) ? place : -1;
    }
}
