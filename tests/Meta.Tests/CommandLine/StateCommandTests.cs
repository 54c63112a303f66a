using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;
using MultiNet.Netlink;

namespace MultiNet.Meta.Tests.CommandLine;

public sealed class StateCommandTests : IDisposable
{
    private readonly string _stateDir = Directory.CreateTempSubdirectory("multinet-state-").FullName;

    public void Dispose() => Directory.Delete(_stateDir, recursive: true);

    [Fact]
    public void Status_WithoutState_IsFine()
    {
        var call = CommandLineCall.Run("status", "--state-dir", _stateDir);
        Assert.Equal(0, call.ExitCode);
        Assert.Equal($"no sandbox is attached (state in {_stateDir})\n", call.Output);
    }

    [Fact]
    public void Status_ShowsSandboxesWithTheirAttachments()
    {
        Write("c1", "/proc/self/ns/net", "web");
        var call = CommandLineCall.Run("status", "--state-dir", _stateDir);
        Assert.Equal(0, call.ExitCode);
        Assert.Contains("default/web  attached\n", call.Output, StringComparison.Ordinal);
        Assert.Matches("net1 +default/blue +10.1.0.2/24 +02:00:00:00:00:01 +10.1.0.1 +bridge, host-local +1.5", call.Output);
    }

    [Fact]
    public void Status_SandboxWithoutNamespace_IsAnOrphanAndExitCode1()
    {
        Write("c1", Path.Combine(_stateDir, "no-such-netns"), "web");
        Write("c2", "/proc/self/ns/net", "other");
        var call = CommandLineCall.Run("status", "--state-dir", _stateDir, "-o", "json");
        Assert.Equal(1, call.ExitCode);
        var sandboxes = call.Json().GetProperty("sandboxes");
        Assert.Equal(["attached", "orphan"], sandboxes.EnumerateArray().Select(s => s.GetProperty("state").GetString()));
        Assert.Equal("10.1.0.2/24", sandboxes[0].GetProperty("attachments")[0].GetProperty("result").GetProperty("ips")[0].GetProperty("address").GetString());
    }

    [Fact]
    public void Status_UnreadableJournal_IsShownAndExitCode1()
    {
        Directory.CreateDirectory(Path.Combine(_stateDir, "journal"));
        File.WriteAllText(Path.Combine(_stateDir, "journal", "c1@eth0.json"), "{");
        var call = CommandLineCall.Run("status", "--state-dir", _stateDir);
        Assert.Equal(1, call.ExitCode);
        Assert.Contains("c1@eth0.json  cannot be read: ", call.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Gc_ReleasesOrphansOnly()
    {
        string data = Path.Combine(_stateDir, "data");
        Directory.CreateDirectory(Path.Combine(data, "blue"));
        File.WriteAllText(Path.Combine(data, "blue", "10.1.0.2"), "c1\r\nnet1");
        File.WriteAllText(Path.Combine(data, "blue", "10.1.0.3"), "c2\r\nnet1");
        Write("c1", Path.Combine(_stateDir, "no-such-netns"), "web", data);
        Write("c2", "/proc/self/ns/net", "other", data);

        var dry = CommandLineCall.Run("gc", "--state-dir", _stateDir, "--dry-run");
        Assert.Equal("would release default/web: default/blue on net1\n2 sandboxes, 1 in use, 1 would be released\n", dry.Output);
        Assert.True(File.Exists(Path.Combine(data, "blue", "10.1.0.2")));

        var call = CommandLineCall.Run("gc", "--state-dir", _stateDir);
        Assert.Equal("", call.Error);
        Assert.Equal(0, call.ExitCode);
        Assert.Contains("2 sandboxes, 1 in use, 1 released\n", call.Output, StringComparison.Ordinal);
        Assert.Matches("- default/web +net1 +default/blue +released", call.Output);
        Assert.False(File.Exists(Path.Combine(data, "blue", "10.1.0.2")));
        Assert.True(File.Exists(Path.Combine(data, "blue", "10.1.0.3")));
        Assert.Equal("c2", Assert.Single(new JournalStore(_stateDir).List()).ContainerId);
        Assert.Contains("0 released", CommandLineCall.Run("gc", "--state-dir", _stateDir).Output, StringComparison.Ordinal);
    }

    // As in a container in which the node's namespaces are not mounted.
    [Fact]
    public void Gc_LeavesASandbox_WhoseVethIsThere_ThoughItsNamespaceIsNotToBeSeen()
    {
        string data = Path.Combine(_stateDir, "data"), path = Path.Combine(_stateDir, "node");
        Directory.CreateDirectory(Path.Combine(data, "blue"));
        File.WriteAllText(Path.Combine(data, "blue", "10.1.0.2"), "c1\r\nnet1");
        try
        {
            using var node = NetworkNamespace.Create(path);
            using var socket = node.OpenSocket();
            socket.LinkAdd(new VethSpec { Name = "veth1", Peer = new VethPeer { Name = "peer" } });
            Write("c1", Path.Combine(_stateDir, "no-such-netns"), "web", data, hostInterface: "veth1");

            var call = node.Run(() => CommandLineCall.Run("gc", "--state-dir", _stateDir));
            Assert.Equal("1 sandboxes, 1 in use, 0 released\n", call.Output);
            Assert.True(File.Exists(Path.Combine(data, "blue", "10.1.0.2")));

            socket.LinkDelete(socket.LinkGet("veth1").Index);
            Assert.Contains("1 released", node.Run(() => CommandLineCall.Run("gc", "--state-dir", _stateDir)).Output, StringComparison.Ordinal);
        }
        finally
        {
            NetworkNamespace.Delete(path);
        }
    }

    private void Write(string containerId, string netNs, string pod, string dataDir = "/nowhere", string hostInterface = "veth-none") =>
        new JournalStore(_stateDir).Write(
            new SandboxJournal
            {
                ContainerId = containerId,
                NetNs = netNs,
                IfName = "eth0",
                Pod = new PodReference("default", pod),
                Created = DateTime.UtcNow,
                Complete = true,
                Attachments =
                [
                    new JournalAttachment
                    {
                        DisplayName = "default/blue",
                        InterfaceName = "net1",
                        Config = System.Text.Encoding.UTF8.GetBytes(
                            $$$"""{"cniVersion": "1.0.0", "name": "blue", "type": "bridge", "ipam": {"type": "host-local", "dataDir": "{{{dataDir}}}", "subnet": "10.1.0.0/24"}}"""),
                        Args = [],
                        CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>>(),
                        Milliseconds = 1.5,
                        Plugins = ["bridge", "host-local"],
                        Result = new CniResult
                        {
                            Interfaces = [new CniInterface { Name = "net1", Mac = "02:00:00:00:00:01", Sandbox = netNs }, new CniInterface { Name = hostInterface }],
                            IPs = [new CniIP { Address = new IPPrefix(System.Net.IPAddress.Parse("10.1.0.2"), 24), Gateway = System.Net.IPAddress.Parse("10.1.0.1"), Interface = 0 }],
                            Routes = [new CniRoute { Dst = IPPrefix.DefaultIPv4 }],
                        },
                    },
                ],
            },
            durable: false);
}
