using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>The rules for namespaces: the networks that one gives its pods. Warnings only, for a namespace is more than these.</summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
public sealed class NamespaceValidator(ValidationOptions options)
{
    private const string Rule = "MN-NS-001", Field = $"metadata.annotations[{AnnotationKeys.DefaultNetworks}]";

    /// <summary>Judges a namespace. Never throws for what it holds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="annotations">Its annotations.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing.</param>
    public ValidationReport Validate(string name, IReadOnlyDictionary<string, string> annotations, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        var findings = new FindingList(options.Policy);
        string text = annotations.GetValueOrDefault(AnnotationKeys.DefaultNetworks) ?? "";
        if (text.Length == 0)
            return findings.ToReport();
        var selection = NetworkSelectionAnnotation.Parse(text, options.PodInterface);
        foreach (var problem in selection.Problems)
            findings.Add(Warn(problem.Path, problem.Line, problem.Column, problem.IsError ? $"pods of the namespace get none of these networks: {problem.Message}" : problem.Message));
        if (cluster is not { KnowsDefinitions: true })
        {
            findings.Skip("rules that compare with definitions: definitions are not known");
            return findings.ToReport();
        }
        foreach (var element in selection.IsValid ? selection.Elements : [])
        {
            string ns = element.Namespace.Length > 0 ? element.Namespace : name;
            if (cluster.FindDefinition(ns, element.Name) is not null)
                continue;
            var (line, column) = PositionOf(selection.PlaceOf(element, "name"), text);
            findings.Add(Warn("", line, column, cluster.KnowsAllDefinitions ? $"there is no definition {ns}/{element.Name}: pods of the namespace will not start" : $"the definition {ns}/{element.Name} is not among those given"));
        }
        return findings.ToReport();
    }

    private static (int Line, int Column) PositionOf(Place place, string text) =>
        place.Offset < 0 ? (0, 0) : ProblemList.LineAndColumn(System.Text.Encoding.UTF8.GetBytes(text), place.Offset);

    private static Finding Warn(string path, int line, int column, string message) =>
        new() { Rule = Rule, Severity = ProblemSeverity.Warning, Field = Field, Path = path, Line = line, Column = column, Message = message };
}
