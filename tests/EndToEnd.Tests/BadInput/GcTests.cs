using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>A GC whose list is missing or broken must not cost a pod its networks.</summary>
public sealed class GcTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private static readonly BadCases<string> Lists = new()
    {
        { "text", """{"cni.dev/valid-attachments": "all"}""", 6, "cni.dev/valid-attachments", "an array" },
        { "object", """{"cni.dev/valid-attachments": {}}""", 6, "an array" },
        { "numbers", """{"cni.dev/valid-attachments": [1]}""", 6, "[0]" },
        { "null item", """{"cni.dev/valid-attachments": [null]}""", 7, "[0]", "containerID" },
        { "empty item", """{"cni.dev/valid-attachments": [{}]}""", 7, "[0]", "ifname" },
        { "item without interface", """{"cni.dev/valid-attachments": [{"containerID": "sandbox-of-pod1"}]}""", 7, "ifname" },
        { "item of wrong types", """{"cni.dev/valid-attachments": [{"containerID": 1, "ifname": []}]}""", 6, "containerID" },
    };

    public static TheoryData<string> Names => Lists.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Gc_ReleasesNothing_WhenTheListIs(string name)
    {
        var bad = Lists[name];
        node.DefinePod(BadInputNode.Pod, "storage");
        (await node.RunAsync(Call.Of("ADD", []))).MustSucceed();

        var list = JsonNode.Parse(bad.Input)!.AsObject();
        list["cniVersion"] = "1.1.0";
        (await node.RunAsync(Call.Of("GC", list))).MustSay(bad.Code, bad.Says);
        (await node.RunAsync(Call.Of("CHECK", []))).MustSucceed();

        // A list that is missing is not an empty one.
        (await node.RunAsync(Call.Of("GC", new JsonObject { ["cniVersion"] = "1.1.0" }))).MustSucceed();
        (await node.RunAsync(Call.Of("CHECK", []))).MustSucceed();
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync("DEL");
    }
}
