using System.Diagnostics;
using MultiNet.Meta.Tests.Sources.Manifests;

namespace MultiNet.Meta.Tests.CommandLine;

/// <summary>Needs root: namespaces and interfaces are real.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly ManifestFolder _folder = new ManifestFolder()
        .With("networks.yaml",
            """
            apiVersion: k8s.cni.cncf.io/v1
            kind: NetworkAttachmentDefinition
            metadata: {name: blue}
            spec:
              config: '{"cniVersion": "1.0.0", "name": "blue", "type": "bridge", "bridge": "mn-blue", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}}'
            ---
            apiVersion: k8s.cni.cncf.io/v1
            kind: NetworkAttachmentDefinition
            metadata: {name: broken}
            spec:
              config: '{"cniVersion": "1.0.0", "name": "broken", "type": "bridge", "ipam": {"type": "host-local", "subnet": "10.1.0.0/33"}}'
            """);

    private readonly string _state;

    public RunCommandTests() => _state = _folder.PathOf("state");

    public void Dispose()
    {
        MultinetProcess.Run("run", "--down", "--state-dir", _state);
        _folder.Dispose();
    }

    [Fact]
    public void Run_AttachesEveryPodAndLeavesNothing()
    {
        Pod("left", "blue");
        Pod("right", "blue@net7");
        var call = Run("run", _folder.Path, "-o", "json");
        Assert.True(call.ExitCode == 0, call.Error);
        var pods = call.Json().GetProperty("pods");
        Assert.Equal(["left", "right"], pods.EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        var attachments = pods[1].GetProperty("attachments");
        Assert.Equal(["eth0", "net7"], attachments.EnumerateArray().Select(a => a.GetProperty("interface").GetString()));
        Assert.Equal("10.249.0.3/16", attachments[0].GetProperty("addresses")[0].GetString());
        Assert.Equal("10.249.0.1", attachments[0].GetProperty("gateways")[0].GetString());
        Assert.Equal("10.1.0.3/24", attachments[1].GetProperty("addresses")[0].GetString());
        Assert.Matches("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", attachments[1].GetProperty("mac").GetString());
        Assert.Equal("bridge(host-local)", attachments[1].GetProperty("plugins").GetString());
        Assert.Contains("+ default/right    net7 ", call.Error, StringComparison.Ordinal);
        Assert.Contains("- default/right    net7 ", call.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Keep_LeavesEverythingUp_UntilDown()
    {
        Pod("left", "blue");
        Pod("right", "blue");
        var up = Run("run", _folder.Path, "--keep");
        Assert.True(up.ExitCode == 0, up.Error);
        Assert.Matches("net1 +default/blue +10.1.0.2/24 +", up.Output);
        string left = Path.Combine(_state, "netns", "default_left");
        Assert.Contains($"nsenter --net={left} ip addr", up.Error, StringComparison.Ordinal);
        Assert.Contains($"multinet run --down --state-dir {_state}", up.Error, StringComparison.Ordinal);
        Assert.Contains(" 0% packet loss", Execute("nsenter", $"--net={left}", "ping", "-c1", "-W15", "10.1.0.3"), StringComparison.Ordinal);
        Assert.Contains("mn-blue", Execute("nsenter", $"--net={_state}/netns/node", "ip", "-br", "link"), StringComparison.Ordinal);
        // The machine itself has none of it.
        Assert.False(Directory.Exists("/sys/class/net/mn-blue"));
        Assert.False(Directory.Exists("/var/lib/cni/networks/blue"));

        var again = Run("run", _folder.Path);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains($"an earlier run is still up in {_state}: pods default/left, default/right", again.Error, StringComparison.Ordinal);

        var status = MultinetProcess.Run("status", "--state-dir", Path.Combine(_state, "state"));
        Assert.Equal(0, status.ExitCode);
        Assert.Contains("default/left  attached", status.Output, StringComparison.Ordinal);

        var down = Run("run", "--down");
        Assert.True(down.ExitCode == 0, down.Error);
        Assert.EndsWith("taken down\n", down.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
        Assert.Contains("nothing is up", Run("run", "--down").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void PodThatCannotBeAttached_IsExitCode1_AndTheOthersAreShown()
    {
        Pod("bad", "broken");
        Pod("good", "blue");
        var call = Run("run", _folder.Path, "-o", "json");
        Assert.Equal(1, call.ExitCode);
        var pods = call.Json().GetProperty("pods");
        Assert.Contains("10.1.0.0/33", pods[0].GetProperty("error").ToString(), StringComparison.Ordinal);
        Assert.Equal(2, pods[1].GetProperty("attachments").GetArrayLength());
        AssertNothingIsLeft();
    }

    [Fact]
    public void NodeThatCannotBeMade_LeavesNothing()
    {
        Pod("left", "blue");
        Directory.CreateDirectory(_state);
        // A file where the folder of the namespaces must be.
        File.WriteAllText(Path.Combine(_state, "netns"), "");
        var call = Run("run", _folder.Path);
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("multinet run: cannot make the namespaces of the trial: ", call.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Interrupt_FinishesTheAttachmentAndTakesEverythingDown()
    {
        var (started, go) = WithSlowNetwork();
        using var process = MultinetProcess.Start("run", _folder.Path, "--keep", "--state-dir", _state);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(started), TimeSpan.FromSeconds(60)));
        // SIGINT goes the same way, but is ignored by everything that a shell starts in the background, such as a test run.
        Execute("kill", "-TERM", process.Id.ToString());
        File.WriteAllText(go, "");
        var call = process.Wait();
        Assert.Equal(1, call.ExitCode);
        Assert.EndsWith("taken down\n", call.Error, StringComparison.Ordinal);
        Assert.Contains("- default/left     net1 ", call.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("default/right", call.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Killed_IsTakenDownLater()
    {
        var (started, go) = WithSlowNetwork();
        using var process = MultinetProcess.Start("run", _folder.Path, "--state-dir", _state);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(started), TimeSpan.FromSeconds(60)));
        Execute("kill", "-KILL", process.Id.ToString());
        File.WriteAllText(go, "");
        process.Wait();
        Assert.True(Directory.Exists(_state));
        var down = Run("run", "--down");
        Assert.True(down.ExitCode == 0, down.Error);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Down_WithASpoiledJournal_StillTakesEverythingDown()
    {
        Pod("left", "blue");
        Assert.Equal(0, Run("run", _folder.Path, "--keep").ExitCode);
        File.WriteAllText(Assert.Single(Directory.GetFiles(Path.Combine(_state, "state", "journal"))), "{");
        var down = Run("run", "--down");
        Assert.True(down.ExitCode == 0, down.Error);
        Assert.Contains("- default/left     net1 ", down.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Host_TakesItsOwnBridgesAwayAgain()
    {
        Pod("left", "blue");
        string netns = _folder.PathOf("machine");
        using (Netlink.NetworkNamespace.Create(netns))
        {
        }
        try
        {
            Execute("nsenter", $"--net={netns}", "ip", "link", "add", "mn0", "type", "bridge");
            string program = Path.Combine(AppContext.BaseDirectory, "multinet");
            string config = _folder.With("host.conf",
                $$"""
                {"cniVersion": "1.0.0", "name": "x", "type": "multinet", "delegates": [{"cniVersion": "1.0.0", "name": "d", "type": "bridge", "bridge": "mn0"}]}
                """).PathOf("host.conf");
            File.WriteAllText(_folder.PathOf("networks.yaml"), File.ReadAllText(_folder.PathOf("networks.yaml"))
                .Replace("\"subnet\"", $"\"dataDir\": \"{_folder.PathOf("data")}\", \"subnet\"", StringComparison.Ordinal));
            string[] run = [$"--net={netns}", "env", "DOTNET_ROLL_FORWARD=Major", program, "run", "--state-dir", _state];
            Execute("nsenter", [.. run, "--host", "--keep", "--config", config, _folder.Path]);
            string up = Execute("nsenter", $"--net={netns}", "ip", "-br", "link");
            Assert.Contains("mn-blue", up, StringComparison.Ordinal);
            Assert.Contains("veth", up, StringComparison.Ordinal);
            Execute("nsenter", [.. run, "--down"]);
            string down = Execute("nsenter", $"--net={netns}", "ip", "-br", "link");
            Assert.DoesNotContain("mn-blue", down, StringComparison.Ordinal);
            Assert.DoesNotContain("veth", down, StringComparison.Ordinal);
            Assert.Contains("mn0", down, StringComparison.Ordinal);
            AssertNothingIsLeft();
        }
        finally
        {
            Netlink.NetworkNamespace.Delete(netns);
        }
    }

    // Two pods whose default network is a plugin that says when it was started and ends when it is told to.
    private (string Started, string Go) WithSlowNetwork()
    {
        string started = _folder.PathOf("started"), go = _folder.PathOf("go");
        _folder.With("slow", $"#!/bin/sh\n[ $CNI_COMMAND = ADD ] || exit 0\ntouch {started}\nwhile [ ! -e {go} ]; do sleep 0.05; done\necho '{{\"cniVersion\": \"1.0.0\"}}'\n");
        File.SetUnixFileMode(_folder.PathOf("slow"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _folder.With("multinet.conf",
            $$"""
            {"cniVersion": "1.0.0", "name": "x", "type": "multinet", "binDir": "{{_folder.Path}}", "delegates": [{"cniVersion": "1.0.0", "name": "slow", "type": "slow"}]}
            """);
        Pod("left", "blue");
        Pod("right", "blue");
        return (started, go);
    }

    private CommandLineCall Run(params string[] args) => MultinetProcess.Run([.. args, "--state-dir", _state]);

    private void AssertNothingIsLeft()
    {
        Assert.False(Directory.Exists(_state), "the trial's folder is left");
        Assert.DoesNotContain(_state, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    private void Pod(string name, string networks) => _folder.With($"{name}.yaml",
        $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  annotations:\n    k8s.v1.cni.cncf.io/networks: {networks}\n");

    private static string Execute(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: {output}{error.Result}");
        return output;
    }
}
