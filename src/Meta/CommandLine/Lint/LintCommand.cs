using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary><c>multinet lint</c>: what is wrong with definitions and pods, before they reach a cluster.</summary>
/// <param name="input">Opens the standard input.</param>
internal sealed class LintCommand(Func<Stream> input) : ICommand
{
    /// <summary>Made for the command line.</summary>
    public LintCommand()
        : this(Console.OpenStandardInput)
    {
    }

    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "lint", "check NetworkAttachmentDefinitions and pods in manifests; needs no cluster",
        [
            new("-o", "text|json|sarif", "how to print the findings") { Allowed = ["text", "json", "sarif"] },
            new("--strict", null, "warnings make the exit code 1, too"),
            new("--profile", "standard|strict|audit", "strict: what is almost surely a mistake is an error; audit: nothing is") { Allowed = ["standard", "strict", "audit"] },
            new("--rules", "ID=ACTION,...", "off, warn or deny for single rules: MN-NAD-011=off"),
            new("--webhook-config", "FILE", "what the webhook refuses: the object \"validation\" of its configuration"),
            new("--config", "FILE", "multinet's own configuration: namespaceIsolation, globalNamespaces, multusNamespace"),
            new("--namespace-isolation", null, "pods use definitions of their own and of global namespaces only"),
            new("--global-namespaces", "NAMESPACE,...", "whose definitions all pods may use; default"),
            new("--multus-namespace", "NAMESPACE", "where the default-network annotation looks; kube-system"),
            new("--known-plugins", "TYPE,...", "types of plugins that your nodes have besides the common ones"),
        ])
    {
        Operand = "PATH",
        Notes = "PATH is a file or a folder of YAML or JSON, or - for the standard input. Pods, and templates of pods in\n" +
            "Deployments and the like, are checked against the definitions given with them. Rules: docs/rules.md.\n" +
            "Exit code: 0; 1 where there are errors; 2 for misuse.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        if (arguments.Operands.Count == 0)
            throw new MisuseException("name the manifests: files, folders, or - for the standard input");
        var report = new Linter(LintOptions.Read(arguments)).Run(ReadSources(arguments.Operands));
        switch (arguments.Value("-o"))
        {
            case "json":
                JsonOutput.Write(console.Out, json => LintJson.Write(json, report));
                break;
            case "sarif":
                JsonOutput.Write(console.Out, json => LintSarif.Write(json, report));
                break;
            default:
                LintText.Write(console, report);
                break;
        }
        return report.Errors > 0 || (arguments.Has("--strict") && report.Warnings > 0) ? ExitCode.No : ExitCode.Ok;
    }

    private List<LintSource> ReadSources(IReadOnlyList<string> operands)
    {
        var sources = new List<LintSource>();
        foreach (string operand in operands)
        {
            if (operand == "-")
            {
                sources.Add(LintSource.ReadStandardInput(ReadInput()));
                continue;
            }
            foreach (string file in LintFiles.Find([operand]))
                sources.Add(LintSource.Read(file));
        }
        return sources;
    }

    private byte[] ReadInput()
    {
        using var stream = input();
        using var read = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            read.Write(buffer.AsSpan(0, count));
            if (read.Length > ManifestLimits.FileBytes)
                throw new MisuseException($"the standard input has more than {ManifestLimits.FileBytes / 1024 / 1024} MiB; split it");
        }
        return read.ToArray();
    }
}
