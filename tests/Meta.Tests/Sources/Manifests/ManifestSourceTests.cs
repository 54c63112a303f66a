using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Tests.Sources.Manifests;

public sealed class ManifestSourceTests : IDisposable
{
    private const string Pod =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          annotations:
            k8s.v1.cni.cncf.io/networks: blue, green@net7
            version: "1"
        spec:
          containers: [{name: c, image: x}]
        """;

    private const string Definition =
        """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: blue
          namespace: prod
        spec:
          config: |
            {"cniVersion": "1.0.0", "type": "bridge"}
        """;

    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pod_IsFoundWithItsAnnotations()
    {
        _folder.With("a.yaml", "# first\n" + Pod + "\n---\n" + Definition);
        var pod = _folder.Source().FindPod(new PodReference("default", "web"));
        Assert.NotNull(pod);
        Assert.Equal("default", pod.Namespace);
        Assert.Equal("blue, green@net7", pod.Annotations["k8s.v1.cni.cncf.io/networks"]);
        Assert.Equal("1", pod.Annotations["version"]);
        Assert.Equal(_folder.PathOf("a.yaml") + ":2", pod.Origin);
        Assert.Equal("", pod.Uid);
    }

    [Fact]
    public void Pod_OfAnotherNamespace_IsNotFound()
    {
        _folder.With("a.yaml", Pod);
        Assert.Null(_folder.Source().FindPod(new PodReference("prod", "web")));
    }

    [Fact]
    public void Definition_IsFound()
    {
        _folder.With("a.yml", Pod).With("b.yaml", Definition);
        var definition = _folder.Source().FindDefinition("prod", "blue");
        Assert.NotNull(definition);
        Assert.Equal("blue", definition.Name);
        Assert.Equal("prod", definition.Namespace);
        Assert.Equal("{\"cniVersion\": \"1.0.0\", \"type\": \"bridge\"}", definition.Config);
        Assert.Null(_folder.Source().FindDefinition("default", "blue"));
    }

    [Theory]
    [InlineData("List", "v1")]
    [InlineData("PodList", "v1")]
    public void Lists_AreOpened(string kind, string version)
    {
        _folder.With("a.json", $$"""
            {"kind": "{{kind}}", "apiVersion": "{{version}}", "items": [
              {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"} },
              {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "b", "namespace": "x", "uid": "u-1"} }]}
            """);
        Assert.Equal([("default", "a", ""), ("x", "b", "u-1")], _folder.Source().Pods().Select(p => (p.Namespace, p.Name, p.Uid)));
    }

    [Fact]
    public void TypedList_NeedsNoKindsWithin()
    {
        _folder.With("a.json", """{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}}]}""");
        Assert.Equal("a", Assert.Single(_folder.Source().Pods()).Name);
    }

    [Fact]
    public void TypedListOfDefinitions_NeedsNoKindsWithin()
    {
        _folder.With("a.json", """{"kind": "NetworkAttachmentDefinitionList", "apiVersion": "k8s.cni.cncf.io/v1", "items": [{"metadata": {"name": "a"}}]}""");
        Assert.Equal("a", Assert.Single(_folder.Source().Definitions()).Name);
    }

    [Fact]
    public void OtherKinds_AreWarnedOf()
    {
        _folder.With("a.yaml", "kind: Service\napiVersion: v1\nmetadata: {name: x}\n---\na: 1\n---\nkind: Pod\napiVersion: v2\n");
        var source = _folder.Source();
        Assert.Empty(source.Pods());
        string file = _folder.PathOf("a.yaml");
        Assert.Equal(
            [
                $"{file}:1:1: ignored: Service",
                $"{file}:5:1: ignored: it has no \"kind\"",
                $"{file}:7:1: ignored: Pod of apiVersion \"v2\", expected \"v1\"",
            ],
            source.Warnings);
    }

    [Fact]
    public void OtherFiles_AreNotRead()
    {
        _folder.With("a.txt", "{").With(".hidden.yaml", "{").With("a.yaml~", "{");
        Assert.Empty(_folder.Source().Pods());
    }

    [Fact]
    public void Folder_Empty_HasNothing()
    {
        Assert.Empty(_folder.Source().Pods());
        Assert.Null(_folder.Source().FindPod(new PodReference("default", "x")));
    }

    [Fact]
    public void Folder_Missing_IsAnError()
    {
        var error = Assert.Throws<CniException>(() => new ManifestSource(_folder.PathOf("none")).FindPod(new PodReference("default", "x")));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.Contains("no such folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameObjectTwice_IsAnErrorNamingBothPlaces()
    {
        _folder.With("a.yaml", Pod).With("b.json", """{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "default"}}""");
        foreach (Action question in new Action[] { () => _folder.Source().FindPod(new PodReference("default", "web")), () => _folder.Source().Pods() })
        {
            var error = Assert.Throws<CniException>(question);
            Assert.Equal($"Pod default/web stands twice in the manifests: {_folder.PathOf("a.yaml")}:1 and {_folder.PathOf("b.json")}:1", error.Message);
        }
    }

    [Theory]
    [InlineData("1", "the number 1")]
    [InlineData("true", "the boolean true")]
    [InlineData("", "null")]
    [InlineData("[a, b]", "a list")]
    [InlineData("{a: b}", "a mapping")]
    public void Annotation_ThatIsNoString_IsRefusedWithItsPlace(string value, string found)
    {
        _folder.With("a.yaml", $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    version: {value}\n");
        var error = Assert.Throws<CniException>(() => _folder.Source().FindPod(new PodReference("default", "web")));
        Assert.StartsWith(_folder.PathOf("a.yaml") + ":6:", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Pod default/web: the annotation version must be a string, found {found}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenFile_DoesNotTouchWhatOthersAnswer()
    {
        _folder.With("a.yaml", Pod).With("b.yaml", "a: [");
        Assert.NotNull(_folder.Source().FindPod(new PodReference("default", "web")));
        var error = Assert.Throws<CniException>(() => _folder.Source().FindPod(new PodReference("default", "other")));
        Assert.StartsWith("Pod default/other not found in the manifests that can be read: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("b.yaml:", error.Message, StringComparison.Ordinal);
        Assert.Throws<CniException>(() => _folder.Source().Pods());
    }

    [Theory]
    [InlineData("[]", "must be a mapping")]
    [InlineData("{kind: Pod, apiVersion: v1}", "metadata must be a mapping with a name, found none")]
    [InlineData("{kind: Pod, apiVersion: v1, metadata: []}", "found a list")]
    [InlineData("{kind: Pod, apiVersion: v1, metadata: {generateName: x-}}", "metadata.name is missing")]
    [InlineData("{kind: Pod, apiVersion: v1, metadata: {name: 12}}", "name must be a string, found the number 12")]
    [InlineData("{kind: Pod, apiVersion: v1, metadata: {name: ../x}}", "no valid name")]
    [InlineData("{kind: Pod, apiVersion: v1, metadata: {name: x, namespace: A}}", "no valid name")]
    [InlineData("{kind: Pod, apiVersion: v1, metadata: {name: x, annotations: [a]}}", "must be a mapping, found a list")]
    [InlineData("{kind: List, apiVersion: v1, items: {}}", "must be a list")]
    [InlineData("{kind: List, apiVersion: v1, items: [{kind: List, apiVersion: v1, items: []}]}", "a list within a list")]
    [InlineData("{kind: List, apiVersion: v1, items: [null, 1]}", "found the number 1")]
    public void Object_Malformed_IsRefused(string yaml, string message)
    {
        _folder.With("a.yaml", yaml);
        var error = Assert.Throws<CniException>(() => _folder.Source().Pods());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.PathOf("a.yaml") + ":1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_TooLarge_IsRefused()
    {
        _folder.With("a.yaml", new string(' ', 4 * 1024 * 1024 + 1));
        Assert.Contains("larger than 4 MiB", Assert.Throws<CniException>(() => _folder.Source().Pods()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipe_NamedLikeAManifest_IsAnErrorAndNotWaitedFor()
    {
        using (var process = System.Diagnostics.Process.Start("mkfifo", _folder.PathOf("a.yaml")))
            process.WaitForExit();
        var error = Assert.Throws<CniException>(() => _folder.Source().Pods());
        Assert.Equal($"manifest {_folder.PathOf("a.yaml")} cannot be read: not a regular file", error.Message);
    }

    [Fact]
    public void Link_ToADeviceWithoutEnd_IsAnError()
    {
        File.CreateSymbolicLink(_folder.PathOf("a.yaml"), "/dev/zero");
        Assert.Throws<CniException>(() => _folder.Source().Pods());
    }

    [Fact]
    public void Link_ThatDangles_IsAnError()
    {
        File.CreateSymbolicLink(_folder.PathOf("a.yaml"), "/nowhere");
        Assert.Contains("no such file", Assert.Throws<CniException>(() => _folder.Source().Pods()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithoutALength_IsReadToItsEnd()
    {
        File.CreateSymbolicLink(_folder.PathOf("a.json"), "/proc/self/limits");
        Assert.Contains("a.json:1:1: not valid JSON", Assert.Throws<CniException>(() => _folder.Source().Pods()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_NotInUtf8_IsRefused()
    {
        _folder.With("a.yaml", new byte[] { (byte)'a', 0xff });
        Assert.Contains("not valid UTF-8 (byte 1)", Assert.Throws<CniException>(() => _folder.Source().Pods()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_InUtf16_IsRefused()
    {
        _folder.With("a.yaml", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Pod)).ToArray());
        Assert.Contains("UTF-16", Assert.Throws<CniException>(() => _folder.Source().Pods()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithByteOrderMark_IsRead()
    {
        _folder.With("a.yaml", Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(Pod)).ToArray());
        Assert.Single(_folder.Source().Pods());
    }

    [Fact]
    public void SingleFiles_AreTakenAsTheyAreNamed()
    {
        _folder.With("a.yaml", Pod).With("b.yaml", Definition).With("c.txt", "");
        Assert.Empty(new ManifestSource([_folder.PathOf("b.yaml")]).Pods());
        Assert.Single(new ManifestSource([_folder.PathOf("a.yaml"), _folder.PathOf("b.yaml")]).Pods());
        Assert.Contains("is no manifest", Assert.Throws<CniException>(() => new ManifestSource([_folder.PathOf("c.txt")]).Pods()).Message, StringComparison.Ordinal);
    }
}
