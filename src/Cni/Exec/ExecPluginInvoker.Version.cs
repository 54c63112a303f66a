using MultiNet.Cni.Exec;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

public sealed partial class ExecPluginInvoker
{
    /// <summary>Asks an executable for the versions that it supports (CNI specification 1.1, section "VERSION").</summary>
    /// <param name="executable">The file.</param>
    /// <param name="deadline">By when it must have answered.</param>
    /// <exception cref="CniException">It failed, or answered something else.</exception>
    public IReadOnlyList<string> SupportedVersions(string executable, Deadline deadline = default)
    {
        // Plugins older than the specification check variables that VERSION does not need: the reference sends dummies, too.
        var call = new CniCall
        {
            Verb = CniVerb.Version,
            NetNs = "dummy",
            IfName = "dummy",
            Path = ["dummy"],
            Config = "{\"cniVersion\":\"1.1.0\"}"u8.ToArray(),
            Deadline = deadline,
        };
        ExecOutcome outcome;
        using (var spawn = Start(executable, call))
            outcome = new ChildProcess(spawn, call.Config, _copyErrors).Run(deadline);
        if (outcome is not { End: ExecEnd.Exited, Status: 0 })
            throw PluginError(executable, call, outcome);
        try
        {
            var fields = JsonFields.Parse(outcome.Output, "version information");
            var versions = fields.Strings("supportedVersions");
            if (versions.Count > 0)
                return versions;
            // 0.1.0 and 0.2.0 had no list: the version is the only one.
            string version = fields.String("cniVersion");
            return version is "0.1.0" or "0.2.0"
                ? [version]
                : throw new CniException(CniErrorCode.DecodingFailure, "version information: supportedVersions: missing");
        }
        catch (CniException e)
        {
            throw new CniException(
                e.Code, $"netplugin {Path.GetFileName(executable)} answered VERSION with something else: {e.Message}",
                $"{executable} printed \"{Shortened.Bytes(outcome.Output.Span, Shown)}\"", e);
        }
    }
}
