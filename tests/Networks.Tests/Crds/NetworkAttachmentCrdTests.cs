using YamlDotNet.RepresentationModel;

namespace MultiNet.Networks.Tests;

public class NetworkAttachmentCrdTests
{
    private static readonly YamlMappingNode Crd = Load();

    [Fact]
    public void Crd_DeclaresStandardsResource()
    {
        Assert.Equal("apiextensions.k8s.io/v1", Text("apiVersion"));
        Assert.Equal("CustomResourceDefinition", Text("kind"));
        Assert.Equal("network-attachment-definitions.k8s.cni.cncf.io", Text("metadata", "name"));
        Assert.Equal("Namespaced", Text("spec", "scope"));
        Assert.Equal(NetworkAttachmentDefinition.Kind, Text("spec", "names", "kind"));
        Assert.Equal(NetworkAttachmentDefinition.Plural, Text("spec", "names", "plural"));
        Assert.Equal(["nad", "net-attach-def"], ((YamlSequenceNode)Node("spec", "names", "shortNames")).Select(n => n.ToString()));
    }

    [Fact]
    public void Crd_ServesVersionThatReaderTakes()
    {
        var version = (YamlMappingNode)Assert.Single((YamlSequenceNode)Node("spec", "versions"));
        Assert.Equal(NetworkAttachmentDefinition.ApiVersion, $"{Text("spec", "group")}/{version["name"]}");
        Assert.Equal(("true", "true"), (version["served"].ToString(), version["storage"].ToString()));
        Assert.Equal("string", version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["config"]["type"].ToString());
    }

    private static YamlNode Node(params string[] path)
    {
        YamlNode node = Crd;
        foreach (string key in path)
            node = node[key];
        return node;
    }

    private static string Text(params string[] path) => Node(path).ToString();

    private static YamlMappingNode Load()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MultiNet.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("MultiNet.sln is not above the test's folder");
        using var text = File.OpenText(Path.Combine(folder, "crds", "network-attachment.yaml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }
}
