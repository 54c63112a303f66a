using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Differential;

namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>DEL of a network when something that it worked with is gone. It succeeds, leaves nothing, and does so again.</summary>
internal static class GoneThings
{
    private static readonly string[] s_kept = ["type", "name", "cniVersion", "ipam", "dataDir"];

    /// <summary>What may be gone.</summary>
    private static readonly string[] s_things =
    [
        "nothing", "the attachment", "the namespace", "the namespace's path", "the interface", "the records", "the previous result", "the configuration",
        "namespace and previous result", "what the network stands on",
    ];

    // Emulation is slow.
    private static readonly string[] s_thingsInVm = ["the attachment", "the namespace", "the interface", "the configuration", "what the network stands on"];

    /// <summary>Networks and things.</summary>
    public static TheoryData<string, string> Table(bool inVm)
    {
        var table = new TheoryData<string, string>();
        foreach (var network in DifferentialCases.Faulty.Where(c => c.NeedsVm == inVm))
        {
            foreach (var thing in (inVm ? s_thingsInVm : s_things).Where(t => t != "what the network stands on" || network.Destroy.Length > 0))
            {
                table.Add(network.Name, thing);
            }
        }

        return table;
    }

    /// <summary>Attaches, takes something away, and detaches twice.</summary>
    public static async Task DelMustSucceedAsync(string name, string thing)
    {
        await using var network = await AttachedNetwork.StartAsync(name);
        JsonNode? result = thing == "the attachment" ? null : (await network.AddAsync()).MustSucceed().Json;
        switch (thing)
        {
            case "the namespace" or "namespace and previous result":
                await network.Node.DeletePodAsync("pod1");
                break;
            case "the interface":
                // What cannot be deleted (hardware) is not; that is a test, too.
                await network.Node.RunAsync(["ip", "-n", "pod1", "link", "delete", network.Network.Interface]);
                break;
            case "the records":
                await network.Node.ShellAsync("rm -rf /run/cni");
                break;
            case "what the network stands on":
                await network.Node.ShellAsync(network.Network.Destroy);
                break;
        }

        if (thing is "the previous result" or "namespace and previous result")
        {
            result = null;
        }

        for (var time = 1; time <= 2; time++)
        {
            var answer = await network.DelAllAsync(result, (configuration, attachment) => thing switch
            {
                "the namespace's path" => attachment with { Netns = "" },
                "the configuration" => WithoutConfiguration(configuration, attachment),
                _ => attachment,
            });
            Assert.True(answer.Succeeded, $"DEL no. {time} without {thing}: {answer}");
        }

        if (thing == "the namespace's path")
        {
            // What lives in the pod ends with it.
            await network.Node.DeletePodAsync("pod1");
        }

        await network.MustBeEmptyAsync($"after DEL without {thing}", gone: thing.StartsWith("namespace", StringComparison.Ordinal) || thing.StartsWith("the namespace", StringComparison.Ordinal) || thing is "the interface" or "what the network stands on");
    }

    // What tells a plugin what it did, except for the record that it made itself.
    private static Runtime.Attachment WithoutConfiguration(JsonObject configuration, Runtime.Attachment attachment)
    {
        foreach (var key in configuration.Select(k => k.Key).Where(k => !s_kept.Contains(k)).ToList())
        {
            configuration.Remove(key);
        }

        return attachment with { Capabilities = [], Arguments = "" };
    }
}
