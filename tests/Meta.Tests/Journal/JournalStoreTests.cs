using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Tests.Journal;

public sealed class JournalStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("multinet-journal-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Journal_ComesBackAsItWasWritten()
    {
        var store = new JournalStore(_directory);
        var journal = Example();
        store.Write(journal, durable: true);
        var read = store.Read("c1", "eth0")!;
        Assert.Equal(journal.Pod, read.Pod);
        Assert.Equal(journal.Created, read.Created);
        Assert.True(read.Complete);
        var (before, after) = (journal.Attachments[0], read.Attachments[0]);
        Assert.Equal(before.Config.ToArray(), after.Config.ToArray());
        Assert.Equal(before.Args, after.Args);
        Assert.Equal("[ 1.0 ]"u8.ToArray(), after.CapabilityArgs["ips"].ToArray());
        Assert.Equal(before.Result!.IPs, after.Result!.IPs);
        Assert.Equal(before.Plugins, after.Plugins);
        Assert.True(after.InLinkGroup);
    }

    [Fact]
    public void Journal_IsForItsOwnerOnly()
    {
        var store = new JournalStore(_directory);
        store.Write(Example(), durable: false);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.PathOf("c1", "eth0")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(store.PathOf("c1", "eth0"))!));
    }

    [Fact]
    public void Journal_LeavesNothing_WhenDeleted()
    {
        var store = new JournalStore(_directory);
        store.Write(Example(), durable: false);
        store.Delete("c1", "eth0");
        store.Delete("c1", "eth0");
        Assert.Null(store.Read("c1", "eth0"));
        Assert.Empty(Directory.GetFiles(_directory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Journal_IsRefused_WhenTruncatedAnywhere()
    {
        var store = new JournalStore(_directory);
        store.Write(Example(), durable: false);
        string path = store.PathOf("c1", "eth0");
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => store.Read("c1", "eth0")).Code);
        }
    }

    [Fact]
    public void Journal_IsRefused_WhenOfANewerVersion()
    {
        var store = new JournalStore(_directory);
        store.Write(Example(), durable: false);
        string path = store.PathOf("c1", "eth0");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"schemaVersion\":1", "\"schemaVersion\":2"));
        Assert.Contains("schema version 2", Assert.Throws<CniException>(() => store.Read("c1", "eth0")).Message);
    }

    [Fact]
    public void List_ReportsWhatItCannotRead_AndGoesOn()
    {
        var store = new JournalStore(_directory);
        store.Write(Example(), durable: false);
        File.WriteAllText(store.PathOf("c2", "eth0"), "{");
        var unreadable = new List<string>();
        Assert.Single(store.List((path, _) => unreadable.Add(path)));
        Assert.Equal(store.PathOf("c2", "eth0"), Assert.Single(unreadable));
    }

    private static SandboxJournal Example() => new()
    {
        ContainerId = "c1",
        NetNs = "/run/netns/c1",
        IfName = "eth0",
        Pod = new PodReference("default", "web", "uid", "infra"),
        Created = new DateTime(2026, 11, 20, 1, 2, 3, DateTimeKind.Utc),
        Complete = true,
        Attachments =
        [
            new JournalAttachment
            {
                DisplayName = "default/n1",
                InterfaceName = "net1",
                Config = new byte[] { 0x7b, 0xff, 0x00, 0x7d },
                Args = [new("K", "V"), new("K", "W=1")],
                CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>> { ["ips"] = "[ 1.0 ]"u8.ToArray() },
                InLinkGroup = true,
                Plugins = ["bridge", "/opt/cni/bin/portmap"],
                Milliseconds = 1.5,
                Result = new CniResult
                {
                    Interfaces = [new CniInterface { Name = "net1", Sandbox = "/run/netns/c1", Mac = "02:00:00:00:00:01" }],
                    IPs = [new CniIP { Address = new IPPrefix(System.Net.IPAddress.Parse("10.0.0.2"), 24), Interface = 0 }],
                },
            },
        ],
    };
}
