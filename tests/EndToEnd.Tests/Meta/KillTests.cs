using MultiNet.EndToEnd.Tests.Kernel;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>
/// <c>kill -9</c> at every step. A step is a system call that changes something: a message to the kernel, a write, a rename, a removal,
/// the start of a program or thread. strace kills the process as it enters the n-th such call, for n = 1, 2, ... until none is left.
/// </summary>
public sealed class KillTests
{
    /// <summary>The kinds of steps that ADD takes.</summary>
    public static TheoryData<string> StepsOfAdd =>
    [
        "sendto,sendmsg", "write,pwrite64", "rename,renameat,renameat2", "unlink,unlinkat,rmdir", "mkdir,mkdirat", "symlink,symlinkat,link", "fsync", "execve", "clone,clone3",
    ];

    /// <summary>The kinds of steps that DEL takes.</summary>
    public static TheoryData<string> StepsOfDel => ["sendto,sendmsg", "write,pwrite64", "unlink,unlinkat,rmdir", "execve", "clone,clone3"];

    [Theory]
    [MemberData(nameof(StepsOfAdd))]
    public async Task Del_LeavesNothing_WhenAddWasKilledAtEveryStep(string calls)
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);
        for (var n = 1; ; n++)
        {
            var killed = (await node.KilledAsync("pod1", "ADD", calls, n)).ExitCode != 0;
            (await node.DelAsync("pod1")).MustSucceed();
            await Leaks.MustBeNoneAsync(node.Node, before, $"after ADD was killed at {calls} no. {n}, and DEL");
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    [Theory]
    [MemberData(nameof(StepsOfDel))]
    public async Task Del_LeavesNothing_WhenTheDelBeforeWasKilledAtEveryStep(string calls)
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);
        for (var n = 1; ; n++)
        {
            (await node.AddAsync("pod1")).MustSucceed();
            var killed = (await node.KilledAsync("pod1", "DEL", calls, n)).ExitCode != 0;
            (await node.DelAsync("pod1")).MustSucceed();
            await Leaks.MustBeNoneAsync(node.Node, before, $"after DEL was killed at {calls} no. {n}, and DEL");
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    [Fact]
    public async Task Del_EndsThePluginOfAnAddThatWasKilled_BeforeItReleases()
    {
        await using var node = await MultiNetNode.StartAsync(
            """{"binDir": "/opt/slow"}""", """{"cniVersion": "1.0.0", "name": "slow", "plugins": [{"type": "slow"}]}""");
        // It kills its caller, as a runtime that has lost patience does, once it has its configuration, before which no plugin does anything; and takes
        // something only when DEL has been there.
        node.Node.WriteScript("/opt/slow/slow", """
            #!/bin/sh
            case $CNI_COMMAND in
            ADD)
              echo $$ >/run/slow.process
              cat >/dev/null
              kill -9 $PPID
              while ! [ -e /run/slow.released ]; do sleep 0.1; done
              touch /run/slow.taken
              ;;
            DEL)
              rm -f /run/slow.taken
              touch /run/slow.released
              ;;
            esac
            """);
        await node.DefinePodAsync("pod1");

        Assert.False((await node.AddAsync("pod1")).Succeeded);
        (await node.DelAsync("pod1")).MustSucceed();

        // Nobody reaps it on this node.
        await node.Node.ShellAsync("""
            while grep -q ') [^Z]' /proc/$(cat /run/slow.process)/stat 2>/dev/null; do sleep 0.05; done
            ! [ -e /run/slow.taken ]
            """);
    }

    private static async Task<MultiNetNode> StartAsync()
    {
        var node = await MultiNetNode.StartAsync();
        ThreeNetworks.Define(node);
        await node.DefinePodAsync("pod1", ThreeNetworks.Annotation);
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        return node;
    }
}
