using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Configuration;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
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
        Notes = "Without PATH the pod is the one of --pod, from where --config says: the API server of its \"kubeconfig\".\n" +
            "PATH is a folder or a file of YAML or JSON with Pods and NetworkAttachmentDefinitions. The cluster's default\n" +
            "network is that of --config, else of the first *.conf or *.conflist of type multinet in a folder, else a bridge.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        if (arguments.Operands.Count == 0)
            return OfConfiguration(arguments, console);
        var source = new ManifestSource(arguments.Operands);
        var pods = PodSelection.Of(source, arguments.Value("--pod"));
        foreach (string warning in source.Warnings)
            console.Say(warning);
        var (config, origin) = TrialConfiguration.Read(arguments.PathValue("--config"), arguments.Operands, TrialFolder.DefaultPath);
        return Print(config, origin, source, pods, arguments, console);
    }

    // What the node's own ADD would do: pod and definitions are where the configuration says.
    private static int OfConfiguration(ParsedArguments arguments, CommandConsole console)
    {
        string file = arguments.PathValue("--config")
            ?? throw new MisuseException("name the manifests (a folder or files), or the configuration of a node with --config, and a pod of its cluster with --pod");
        string wanted = arguments.Value("--pod") ?? throw new MisuseException("name the pod with --pod NS/NAME");
        var config = ConfigurationFile.Read(ConfigurationFile.Load(file), file);
        using var api = ClusterApi.Of(config);
        var source = PodNetworkSources.Open(config, api)
            ?? throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{file} names no source of pods", "set \"kubeconfig\" or \"manifestDir\", or name manifests");
        int slash = wanted.IndexOf('/');
        var reference = slash < 0 ? new PodReference("default", wanted) : new PodReference(wanted[..slash], wanted[(slash + 1)..]);
        var pod = source.FindPod(reference)
            ?? throw new CniException(CniErrorCode.InvalidNetworkConfig, $"no pod {reference} in the {source.Description}");
        return Print(config, file, source, [pod], arguments, console);
    }

    private static int Print(
        MetaConfig config, string origin, IPodNetworkSource source, IReadOnlyList<Pod> pods, ParsedArguments arguments, CommandConsole console)
    {
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
