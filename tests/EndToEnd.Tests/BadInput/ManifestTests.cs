using System.Text;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Manifests that are broken. The call is for a pod that stands in such a file, or in none.</summary>
public sealed class ManifestTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private const string Head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n";

    private static readonly BadCases<byte[]> Files = new()
    {
        { "no YAML", Bytes("a: [1, 2\nb: }"), 6, "bad.yaml:" },
        { "tab", Bytes("apiVersion: v1\n\tkind: Pod"), 6, "bad.yaml:1:13", "tab" },
        { "bytes that are no text", [0xc3, 0x28, 0xff, 0x00, 0x80], 6, "bad.yaml", "UTF-8" },
        { "UTF-16", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Head)).ToArray(), 6, "bad.yaml", "UTF-16" },
        { "five megabytes", Bytes("# " + new string('x', 5 << 20)), 6, "bad.yaml", "4 MiB" },
        { "aliases of aliases", Bytes(
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat("bcdefgh".Select(c => $"{c}: &{c} [{string.Join(',', Enumerable.Repeat("*" + (char)(c - 1), 10))}]\n"))), 6, "bad.yaml" },
        { "alias of itself", Bytes("a: &a [*a]"), 6, "bad.yaml" },
        { "unknown alias", Bytes("a: *nothing"), 6, "bad.yaml", "nothing" },
        { "deep nesting", Bytes(new string('[', 100_000)), 6, "bad.yaml", "nested" },
        { "scalar", Bytes("web"), 6, "bad.yaml" },
        { "list", Bytes("- web\n- db"), 6, "bad.yaml" },
        { "key twice", Bytes(Head + "metadata:\n  name: other\n"), 6, "bad.yaml", "metadata" },
        { "no kind", Bytes("apiVersion: v1\nmetadata:\n  name: web\n"), 11, "default/web" },
        { "no name", Bytes("apiVersion: v1\nkind: Pod\nmetadata: {}\n"), 6, "bad.yaml", "name" },
        { "metadata text", Bytes("apiVersion: v1\nkind: Pod\nmetadata: web\n"), 6, "bad.yaml", "metadata" },
        { "annotations list", Bytes(Head + "  annotations: [x]\n"), 6, "bad.yaml", "annotations" },
        { "annotation list", Bytes(Head + "  annotations:\n    k8s.v1.cni.cncf.io/networks: [{name: storage}]\n"), 6, "bad.yaml", "must be a string" },
        { "annotation null", Bytes(Head + "  annotations:\n    k8s.v1.cni.cncf.io/networks: null\n"), 6, "bad.yaml", "must be a string" },
        { "pod twice", Bytes(Head + "---\n" + Head), 7, "stands twice", "bad.yaml" },
        { "pod elsewhere", Bytes(Head + "  namespace: elsewhere\n"), 11, "default/web", BadInputNode.Manifests },
        { "nothing", [], 11, "default/web", BadInputNode.Manifests },
    };

    public static TheoryData<string> Names => Files.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_IsRefused_WhenTheFileIs(string name)
    {
        var bad = Files[name];
        var file = node.Node.Outside($"{BadInputNode.Manifests}/bad.yaml");
        await File.WriteAllBytesAsync(file, bad.Input);
        node.DefinePod(BadInputNode.Pod, "storage");
        await node.RememberAsync();

        await node.MustFailAsync(
            Call.Of("ADD", []).With("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web"), bad.Code, ["default/web", .. bad.Says]);

        // A pod that has nothing to do with the file gets its networks.
        (await node.RunAsync(Call.Of("ADD", []))).MustSucceed();
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync("ADD and DEL beside a broken file");
        File.Delete(file);
        await node.RememberAsync();
    }

    [Fact]
    public async Task Add_IsRefused_WhenThePodIsAnotherOfTheName()
    {
        node.Node.Write($"{BadInputNode.Manifests}/pod-web.yaml", Head + "  uid: new\n");
        await node.RememberAsync();
        await node.MustFailAsync(
            Call.Of("ADD", []).With("CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=old"), 11, "pod default/web", "\"old\"", "\"new\"");
        File.Delete(node.Node.Outside($"{BadInputNode.Manifests}/pod-web.yaml"));
        await node.RememberAsync();
    }

    [Fact]
    public async Task Add_IsRefused_WhenADefinitionStandsTwice()
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        File.Copy(node.Node.Outside($"{BadInputNode.Manifests}/net-storage.json"), node.Node.Outside($"{BadInputNode.Manifests}/net-storage2.json"));
        await node.RememberAsync();
        await node.MustFailAsync(Call.Of("ADD", []), 7, "pod default/pod1", "default/storage", "stands twice", "net-storage2.json");
        File.Delete(node.Node.Outside($"{BadInputNode.Manifests}/net-storage2.json"));
        await node.RememberAsync();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
