using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Disks that are full or read-only, at each place where something is written.</summary>
public sealed class DiskTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    // A folder, the options of the tmpfs that is mounted there, what fills it, and a part of the error.
    public static TheoryData<string, string, string> Disks => new()
    {
        { "/var/lib/cni/multinet", "size=4k,mode=700", "journal" },
        { "/var/lib/cni/multinet", "nr_inodes=1", "lock" },
        { "/var/lib/cni/multinet", "ro", "lock" },
        { "/var/lib/cni/networks", "size=4k", "cluster-net" },
        { "/var/lib/cni/networks", "nr_inodes=1", "cluster-net" },
        { "/var/lib/cni/networks", "ro", "cluster-net" },
        { "/var/lib/cni/multus", "size=4k", "cache" },
        { "/var/lib/cni/multus", "nr_inodes=1", "cache" },
        { "/var/lib/cni/multus", "ro", "cache" },
    };

    [Theory]
    [MemberData(nameof(Disks))]
    public async Task Add_SaysWhereItCannotWrite(string folder, string options, string says)
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        await node.Node.ShellAsync($"mount -t tmpfs -o {options} tmpfs {folder}; echo filling >{folder}/filling 2>/dev/null || true");
        try
        {
            await node.RememberAsync();
            await node.MustFailAsync(Call.Of("ADD", []), 5, "pod default/pod1", folder, says);
            var del = await node.RunAsync(Call.Of("DEL", []));
            if (del.ExitCode != 0)
            {
                del.MustSay(5, [folder]);
            }
        }
        finally
        {
            await node.Node.ShellAsync($"umount {folder}");
        }

        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.RememberAsync();
    }

    [Fact]
    public async Task Add_Succeeds_WhenTheStatusCannotBeWritten()
    {
        node.DefinePod(BadInputNode.Pod, "storage");
        await node.Node.ShellAsync($"mount --bind {BadInputNode.Manifests} {BadInputNode.Manifests}; mount -o remount,bind,ro {BadInputNode.Manifests}");
        await node.RememberAsync();

        var answer = (await node.RunAsync(Call.Of("ADD", []))).MustSucceed();
        Assert.Contains("network-status", answer.Errors, StringComparison.Ordinal);
        Assert.Equal("1.0.0", JsonNode.Parse(answer.Output)!["cniVersion"]!.GetValue<string>());
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync(answer.ToString());

        await node.Node.ShellAsync($"umount {BadInputNode.Manifests}");
        await node.RememberAsync();
    }
}
