using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Plugins of others that do anything but their duty. What they do is a shell script, run on ADD.</summary>
public sealed class ExternalPluginTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private const string Folder = "/opt/cni/bin";

    private static readonly BadCases<string> Scripts = new()
    {
        { "ends with 1", "exit 1", 999, "exit status 1", "/opt/cni/bin/strange" },
        { "ends with 1 and a word", "echo 'no such device' >&2; exit 1", 999, "no such device", "exit status 1" },
        { "ends with 1 and garbage", "echo 'Segmentation fault'; exit 1", 999, "Segmentation fault", "not valid JSON" },
        { "ends with 1 and bytes", "printf '\\377\\000\\033[31m'; exit 1", 999, "error parsing its diagnostic message" },
        { "ends with 1 and a number", "echo 5; exit 1", 999, "5", "expected an object" },
        { "ends with 1 and an error of wrong types", """echo '{"code": "x", "msg": 5}'; exit 1""", 999, "code" },
        { "ends with 1 and an empty error", "echo '{}'; exit 1", 999, "strange failed without a message" },
        { "ends with an error", """echo '{"code": 11, "msg": "the switch is away", "details": "port 7"}'; exit 1""", 11, "the switch is away", "port 7" },
        { "ends with an error of its own code", """echo '{"code": 7, "msg": "no such profile"}'; exit 1""", 7, "no such profile" },
        { "ends with an error of many lines", """printf '{"code": 999, "msg": "one\\ntwo"}'; exit 1""", 999, "one\\ntwo" },
        { "ends with 255", "exit 255", 999, "exit status 255" },
        { "is killed", "kill -KILL $$", 999, "SIGKILL" },
        { "crashes", "kill -SEGV $$", 999, "SIGSEGV" },
        { "crashes after its result", """echo '{"cniVersion": "1.0.0"}'; kill -ABRT $$""", 999, "SIGABRT" },
        { "hangs", "sleep 100", 999, "strange did not answer ADD", "deadline" },
        { "hangs and does not listen", "trap '' TERM INT HUP; sleep 100 & wait", 999, "deadline" },
        { "prints without end", "yes '{'", 999, "strange", "16777216 bytes" },
        { "prints nothing", "exit 0", 6, "printed nothing" },
        { "prints garbage", "echo 'everything is fine'", 6, "everything is fine", "strange" },
        { "prints half a result", """echo '{"cniVersion": "1.0.0", "ips": ['""", 6, "strange", "not valid JSON" },
        { "prints two results", """echo '{"cniVersion": "1.0.0"} {"cniVersion": "1.0.0"}'""", 6, "not valid JSON" },
        { "prints a list", "echo '[]'", 6, "an object" },
        { "prints an unknown version", """echo '{"cniVersion": "8.0.0"}'""", 1, "8.0.0" },
        { "prints wrong types", """echo '{"cniVersion": "1.0.0", "ips": [{"address": 5}]}'""", 6, "address" },
        { "prints a bad CIDR", """echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.0.0.1"}]}'""", 6, "10.0.0.1" },
        { "prints null items", """echo '{"cniVersion": "1.0.0", "interfaces": [null], "ips": [null]}'""", 6, "interfaces[0]" },
    };

    public static TheoryData<string> Names => Scripts.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Add_TakesEverythingBack_WhenAPlugin(string name)
    {
        var bad = Scripts[name];
        await UseAsync(bad.Input);
        node.Define("bad", """
            {"cniVersion": "1.0.0", "name": "bad", "plugins": [
              {"type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.74.0.0/24"}},
              {"type": "marking"}, {"type": "strange"}]}
            """);
        node.DefinePod(BadInputNode.Pod, "storage,bad");

        // Short for those that hang; the others must not fail of a busy machine.
        var call = Call.Of("ADD", new JsonObject { ["attachmentTimeoutSeconds"] = name.StartsWith("hangs", StringComparison.Ordinal) ? 5 : 20 });
        await node.MustFailAsync(
            call, bad.Code,
            ["pod default/pod1", "default/bad", "net2", "type=\"strange\"", .. bad.Says]);
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
    }

    [Theory]
    [InlineData("is not executable", "chmod -x /opt/cni/bin/strange", "permission denied")]
    [InlineData("has no interpreter", "sed -i '1s/.*/#!\\/nowhere/' /opt/cni/bin/strange", "interpreter")]
    [InlineData("is no program", "printf '\\177ELF????' >/opt/cni/bin/strange", "/opt/cni/bin/strange")]
    [InlineData("is a folder", "rm /opt/cni/bin/strange; mkdir /opt/cni/bin/strange", "failed to find plugin \"strange\"")]
    [InlineData("is a link to nothing", "ln -sf nothing /opt/cni/bin/strange", "failed to find plugin \"strange\"")]
    public async Task Add_TakesEverythingBack_WhenThePluginFile(string name, string script, string says)
    {
        Assert.NotEmpty(name);
        await UseAsync("exit 0");
        await node.Node.ShellAsync(script);
        node.Define("bad", """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "marking"}, {"type": "strange"}]}""");
        node.DefinePod(BadInputNode.Pod, "storage,bad");

        var answer = await node.RunAsync(Call.Of("ADD", []));
        answer.MustBeAnError();
        Assert.Equal(999, answer.Error.Code);
        Assert.Contains("default/bad", answer.Error.Message, StringComparison.Ordinal);
        Assert.Contains(says, answer.Error.Message + answer.Error.Details, StringComparison.OrdinalIgnoreCase);

        // Until it is mended, nobody knows what it holds: everything else is released, and DEL says what is missing.
        await UseAsync("exit 0");
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync(answer.ToString());
    }

    [Fact]
    public async Task Del_SaysWhatIsNotReleased_UntilThePluginWorks()
    {
        node.Define("bad", """{"cniVersion": "1.0.0", "name": "bad", "type": "strange"}""");
        node.DefinePod(BadInputNode.Pod, "storage,bad");
        await UseAsync("exit 0");
        node.Node.WriteScript($"{Folder}/strange", "#!/bin/sh\necho broken >&2\nexit 3\n");

        (await node.RunAsync(Call.Of("ADD", []))).MustSay(999, ["pod default/pod1", "default/bad", "broken", "DEL will try again"]);
        for (var i = 0; i < 2; i++)
        {
            (await node.RunAsync(Call.Of("DEL", []))).MustSay(999, ["pod default/pod1", "default/bad on net2", "broken", "exit status 3"]);
        }

        Assert.DoesNotContain("net1", await node.Node.PodShellAsync(BadInputNode.Pod, "ip link"), StringComparison.Ordinal);
        await UseAsync("exit 0");
        (await node.RunAsync(Call.Of("DEL", []))).MustSucceed();
        await node.NothingMustBeLeftAsync("DEL");
    }

    [Fact]
    public async Task RollBack_LeavesAlone_WhatWasNotBegun()
    {
        await UseAsync("exit 1");
        node.Define("bad", """{"cniVersion": "1.0.0", "name": "bad", "type": "strange"}""");
        node.Define("later", """{"cniVersion": "1.0.0", "name": "later", "type": "noting"}""");
        node.DefinePod(BadInputNode.Pod, "bad,later");
        node.Node.WriteScript($"{Folder}/noting", "#!/bin/sh\ncat >/dev/null\necho $CNI_COMMAND >>/opt/called\n");
        await node.RememberAsync();

        await node.MustFailAsync(Call.Of("ADD", []), 999, "default/bad on net1");

        Assert.False(File.Exists(node.Node.Outside("/opt/called")));
        node.Remove("net-later");
        await node.RememberAsync();
    }

    // "strange" does what is asked for on ADD and nothing on DEL; "marking" leaves a file on ADD that its DEL removes.
    private async Task UseAsync(string script)
    {
        await node.Node.ShellAsync($"rm -rf {Folder}/strange");
        node.Node.WriteScript($"{Folder}/strange", $"#!/bin/sh\ncat >/dev/null\n[ \"$CNI_COMMAND\" = ADD ] || exit 0\n{script}\n");
        node.Node.WriteScript($"{Folder}/marking", """
            #!/bin/sh
            cat >/dev/null
            case $CNI_COMMAND in
              ADD) touch /var/lib/cni/marked; echo '{"cniVersion": "1.0.0", "ips": []}' ;;
              DEL) rm -f /var/lib/cni/marked ;;
            esac
            """);
    }
}
