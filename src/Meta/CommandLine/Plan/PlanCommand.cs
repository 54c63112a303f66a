using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Configuration;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Plan;

/// <summary><c>multinet plan</c>: what an ADD of each pod would do.</summary>
internal sealed class PlanCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "plan", "print what attaching the pods of manifests would do; needs no privileges",
        [
            new("--pod", "NS/NAME", "this pod only"),
            OptionSyntax.Config,
            OptionSyntax.Output,
        ])
    {
        Operand = "PATH",
        Notes = "PATH is a folder or a file of YAML or JSON with Pods and NetworkAttachmentDefinitions. The cluster's default\n" +
            "network is that of --config, else of the first *.conf or *.conflist of type multinet in a folder, else a bridge.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        if (arguments.Operands.Count == 0)
            throw new MisuseException("name the manifests: a folder or files");
        var source = new ManifestSource(arguments.Operands);
        var pods = PodSelection.Of(source, arguments.Value("--pod"));
        foreach (string warning in source.Warnings)
            console.Say(warning);
        var (config, origin) = TrialConfiguration.Read(arguments.PathValue("--config"), arguments.Operands, TrialFolder.DefaultPath);
        using var multiplexer = new Multiplexer(config, source);
        var results = new List<(Pod Pod, AttachmentPlan? Plan, CniException? Error)>();
        foreach (var pod in pods)
            results.Add(Plan(multiplexer, pod));

        if (arguments.WantsJson)
            JsonOutput.Write(console.Out, json => PlanJson.Write(json, origin, results));
        else
            PlanText.Write(console, origin, results);
        return results.Exists(r => r.Error is not null) ? ExitCode.No : ExitCode.Ok;
    }

    private static (Pod, AttachmentPlan?, CniException?) Plan(Multiplexer multiplexer, Pod pod)
    {
        try
        {
            return (pod, multiplexer.Plan(PodSandbox.Request(pod, new TrialFolder(TrialFolder.DefaultPath))), null);
        }
        catch (CniException e)
        {
            return (pod, null, e);
        }
    }
}
