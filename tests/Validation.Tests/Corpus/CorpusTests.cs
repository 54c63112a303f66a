using System.Runtime.CompilerServices;
using System.Text.Json;
using MultiNet.EndToEnd.Tests.Differential;
using MultiNet.Networks;
using YamlDotNet.RepresentationModel;

namespace MultiNet.Validation.Tests.Corpus;

/// <summary>
/// What the documentation of Multus, the reference plugins, sriov-cni, ovs-cni, bond-cni, whereabouts, KubeVirt, Spiderpool and others shows, what our own examples show,
/// and what the plugins are compared with: all of it must be accepted. A false reject is the worst defect.
/// </summary>
public sealed class CorpusTests
{
    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static readonly string[] s_lines = [.. File.ReadLines(Path.Combine(Here(), "documented.jsonl")).Where(line => line.Length > 0)];

    public static TheoryData<string> Documented => [.. s_lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("from").GetString()!)];

    public static TheoryData<string> Examples => [.. Directory.GetFiles(Path.Combine(Here(), "../../../examples"), "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Path.Combine(Here(), "../../../examples"), file))];

    [Fact]
    public void Corpus_IsLarge()
    {
        Assert.True(s_lines.Length >= 120);
        Assert.Equal(s_lines.Length, s_lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("from").GetString()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Documented))]
    public void DocumentedDefinition_IsAccepted(string from)
    {
        var example = s_lines.Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.GetProperty("from").GetString() == from);
        string? config = example.TryGetProperty("text", out var text) ? text.GetString() : example.GetProperty("config") is { ValueKind: JsonValueKind.Object } written ? written.GetRawText() : null;
        string resource = example.TryGetProperty("resource", out var found) ? found.GetString()! : "";
        Accepted(from, config, resource);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_IsAccepted(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(Here(), "../../../examples", file))));
        foreach (var document in stream.Documents)
        {
            var root = (YamlMappingNode)document.RootNode;
            string kind = Text(root, "kind");
            var annotations = Mapping(Mapping(root, "metadata"), "annotations")?.Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString()) ?? [];
            if (kind == NetworkAttachmentDefinition.Kind)
                Accepted(file, Text(Mapping(root, "spec"), "config"), annotations.GetValueOrDefault(AnnotationKeys.ResourceName) ?? "", Text(Mapping(root, "metadata"), "name"));
            else if (kind == "Pod")
            {
                var report = new PodValidator(ValidationOptions.Default).Validate(new PodUnderReview { Namespace = "default", Name = "example", Annotations = annotations });
                Assert.True(report.IsAllowed, $"{file}: {string.Join("\n", report.Findings)}");
            }
        }
    }

    [Fact]
    public void NetworksThatAreComparedWithTheReference_AreAccepted()
    {
        Assert.True(DifferentialCases.All.Count >= 150);
        foreach (var network in DifferentialCases.All)
            Accepted(network.Name, network.List.ToJsonString(), "");
    }

    private static void Accepted(string from, string? config, string resource, string name = "net")
    {
        var definition = new NetworkAttachmentDefinition
        {
            Namespace = "default", Name = name, Config = config,
            Annotations = resource.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { [AnnotationKeys.ResourceName] = resource },
        };
        var report = new DefinitionValidator(ValidationOptions.Default).Validate(definition, new DefinitionSet([definition]));
        Assert.True(report.IsAllowed, $"{from}: {config}\n{string.Join("\n", report.Findings)}");
    }

    private static YamlMappingNode? Mapping(YamlMappingNode? node, string key) => node is not null && node.Children.TryGetValue(key, out var found) ? found as YamlMappingNode : null;

    private static string Text(YamlMappingNode? node, string key) => node is not null && node.Children.TryGetValue(key, out var found) && found is YamlScalarNode scalar ? scalar.Value ?? "" : "";
}
