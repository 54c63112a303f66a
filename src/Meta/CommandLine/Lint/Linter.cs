using MultiNet.Cni;
using MultiNet.Meta.Sources.Manifests;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Applies the rules to files: definitions each and among themselves, pods against the definitions that are given with them.</summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
internal sealed class Linter(ValidationOptions options)
{
    /// <summary>The rule for files that cannot be read.</summary>
    public const string Unreadable = "MN-FILE-001";

    // What a folder of hostile files could find is no use to anybody.
    private const int MostFindings = 10_000;

    private readonly DefinitionValidator _definitions = new(options);
    private readonly PodValidator _pods = new(options);
    private readonly MultiNetworkPolicyValidator _policies = new(options);
    private readonly NamespaceValidator _namespaces = new(options);

    /// <summary>Looks at all files.</summary>
    public LintReport Run(IReadOnlyList<LintSource> sources)
    {
        var objects = new List<LintObject>();
        var findings = new List<LintFinding>();
        foreach (var source in sources)
        {
            if (source.Error is { } error)
                findings.Add(OfFile(source, error));
            new LintObjectReader(source, objects).Read();
        }
        var cluster = new DefinitionSet(objects.Select(found => found.Definition).OfType<NetworkAttachmentDefinition>());
        var skipped = new List<string>();
        foreach (var found in objects)
        {
            if (findings.Count < MostFindings)
                Judge(found, cluster, findings, skipped);
        }
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var source in sources)
            order.TryAdd(source.Name, order.Count);
        var sorted = findings.OrderBy(found => order[found.Position.File]).ThenBy(found => found.Position.Line).ThenBy(found => found.Position.Column);
        return new LintReport([.. sorted.Take(MostFindings)], sources.Count, objects.Count, skipped);
    }

    private void Judge(LintObject found, DefinitionSet cluster, List<LintFinding> findings, List<string> skipped)
    {
        foreach (var problem in found.Problems)
        {
            if (options.Policy.Apply(problem) is { } judged)
                findings.Add(Locate(found, judged));
        }
        var report = found.Definition is { } definition ? _definitions.Validate(definition, cluster)
            : found.Pod is { } pod ? _pods.Validate(pod, cluster)
            : found.Policy is { } policy ? _policies.Validate(policy, cluster)
            : found.NamespaceAnnotations is { } annotations ? _namespaces.Validate(found.Name, annotations, cluster) : null;
        foreach (var finding in report?.Findings ?? [])
            findings.Add(Locate(found, finding));
        foreach (string reason in report?.Skipped ?? [])
        {
            // Files hold no live pods, nodes and namespaces: nobody expects it.
            bool isOfFiles = !reason.EndsWith("are not known", StringComparison.Ordinal) || reason.EndsWith("definitions are not known", StringComparison.Ordinal);
            if (isOfFiles && !skipped.Contains(reason))
                skipped.Add(reason);
        }
    }

    private static LintFinding Locate(LintObject found, Finding finding)
    {
        var (node, isExact) = found.Root.Resolve(finding.Field);
        var position = isExact && finding.Line > 0 && node.Kind == ManifestNodeKind.String
            ? TextPosition.Find(found.Source, node, finding.Line, finding.Column)
            : node.Position;
        return new LintFinding(finding, position, found.Kind, found.Name);
    }

    // The manifest readers put "file:line:column: " before their messages.
    private static LintFinding OfFile(LintSource source, CniException error)
    {
        string message = error.Message;
        int line = 1, column = 1;
        if (message.StartsWith(source.Name + ":", StringComparison.Ordinal))
        {
            string[] parts = message[(source.Name.Length + 1)..].Split(':', 3);
            if (parts.Length == 3 && int.TryParse(parts[0], out line) && int.TryParse(parts[1], out column))
                message = parts[2].Trim();
        }
        var finding = new Finding { Rule = Unreadable, Severity = ProblemSeverity.Error, Message = Shortened.Text(message, 300), Suggestion = Shortened.Text(error.Details, 300) };
        return new LintFinding(finding, new ManifestPosition(source.Name, Math.Max(line, 1), Math.Max(column, 1)), "", "");
    }
}
