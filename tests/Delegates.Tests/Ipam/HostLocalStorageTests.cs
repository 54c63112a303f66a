using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.HostLocal;

namespace MultiNet.Delegates.Tests.Ipam;

public sealed partial class HostLocalStorageTests : IDisposable
{
    private readonly HostLocalDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Adds_SideBySide_NeverShareAnAddress()
    {
        const int Threads = 8, Calls = 100;
        string config = _directory.Config("\"ranges\":[[{\"subnet\":\"10.1.0.0/20\"}],[{\"subnet\":\"2001:db8::/64\"}]]");
        var given = new ConcurrentBag<string>();
        Parallel(Threads, thread =>
        {
            var plugin = new HostLocalPlugin();
            for (int call = 0; call < Calls; call++)
            {
                foreach (var ip in IpamCall.Add(plugin, config, id: $"t{thread}-{call}").IPs)
                    given.Add(ip.Address.Address.ToString());
                if (call % 2 == 1)
                    IpamCall.Del(plugin, config, id: $"t{thread}-{call}");
            }
        });

        Assert.Equal(Threads * Calls, _directory.Reserved.Length); // half of them, twice
        // The ranges are larger than the number of calls, so round robin never comes back.
        Assert.Equal(Threads * Calls * 2, given.Distinct().Count());
        Parallel(Threads, thread =>
        {
            for (int call = 0; call < Calls; call++)
                IpamCall.Del(new HostLocalPlugin(), config, id: $"t{thread}-{call}");
        });
        Assert.Empty(_directory.Reserved);
    }

    [Fact]
    public void Add_LeavesNothing_WhenTheFileSystemIsFull()
    {
        Assert.Equal(0, Mount("tmpfs", _directory.DataDir, "tmpfs", 0, "size=16k,nr_inodes=64"));
        try
        {
            string config = _directory.Config("\"subnet\":\"10.1.2.0/24\"");
            var plugin = new HostLocalPlugin();
            IpamCall.Add(plugin, config, id: "before");
            string[] before = _directory.Reserved;
            byte[] filler = new byte[16384];
            Assert.ThrowsAny<IOException>(() => File.WriteAllBytes(Path.Combine(_directory.DataDir, "filler"), filler));

            var error = IpamCall.AddFails(plugin, config);

            Assert.Equal(CniErrorCode.IOFailure, error.Code);
            Assert.Contains(_directory.Network, error.Message, StringComparison.Ordinal);
            Assert.Contains("full", error.Details, StringComparison.Ordinal);
            Assert.Equal(before, _directory.Reserved);
            Assert.False(File.Exists(Path.Combine(_directory.Network, ".new")));
            // Release needs no room.
            IpamCall.Del(plugin, config, id: "before");
            Assert.Empty(_directory.Reserved);
            File.Delete(Path.Combine(_directory.DataDir, "filler"));
            IpamCall.Add(plugin, config);
        }
        finally
        {
            Assert.Equal(0, Unmount(_directory.DataDir, 2));
        }
    }

    [Fact]
    public void Add_LeavesNothing_WhenThereAreNoInodesLeft()
    {
        Assert.Equal(0, Mount("tmpfs", _directory.DataDir, "tmpfs", 0, "size=64k,nr_inodes=12"));
        try
        {
            string config = _directory.Config("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"2001:db8::/64\"}]]");
            var plugin = new HostLocalPlugin();
            int served = 0;
            CniException? error = null;
            while (error is null)
            {
                error = (CniException?)Record.Exception(() => IpamCall.Add(plugin, config, id: $"c{served}"));
                served += error is null ? 1 : 0;
            }

            Assert.Equal(CniErrorCode.IOFailure, error.Code);
            Assert.Equal(2 * served, _directory.Reserved.Length);
            for (int i = 0; i < served; i++)
                IpamCall.Del(plugin, config, id: $"c{i}");
            Assert.Empty(_directory.Reserved);
        }
        finally
        {
            Assert.Equal(0, Unmount(_directory.DataDir, 2));
        }
    }

    [Fact]
    public void Add_GivesUp_WhenAnotherProcessKeepsTheLock()
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/24\"");
        IpamCall.Add(new HostLocalPlugin(), config);
        // Another open file is another holder, in this process or not.
        using var holder = AllocationStore.Open(_directory.Network, TimeSpan.FromSeconds(1));

        foreach (var call in new Action[]
        {
            () => IpamCall.Add(new HostLocalPlugin(TimeSpan.FromMilliseconds(30)), config, id: "c2"),
            () => IpamCall.Del(new HostLocalPlugin(TimeSpan.FromMilliseconds(30)), config),
        })
        {
            var error = Assert.Throws<CniException>(call);
            Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
            Assert.Contains(Path.Combine(_directory.Network, "lock"), error.Message, StringComparison.Ordinal);
        }
        IpamCall.Status(new HostLocalPlugin(), config); // needs no lock
    }

    [Fact]
    public void Add_ReportsPath_WhenTheDataDirectoryIsAFile()
    {
        string file = Path.Combine(_directory.DataDir, "file");
        File.WriteAllText(file, "");
        string config = _directory.Config("\"subnet\":\"10.1.2.0/24\",\"dataDir\":\"" + file + "\"");

        var error = IpamCall.AddFails(new HostLocalPlugin(), config);

        Assert.Equal(CniErrorCode.IOFailure, error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Candidate_ThatIsADirectory_CountsAsTaken()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Network, "10.1.2.2"));

        Assert.Equal("10.1.2.3/24", IpamCall.Add(new HostLocalPlugin(), _directory.Config("\"subnet\":\"10.1.2.0/24\"")).IPs[0].Address.ToString());
    }

    [Fact]
    public void Index_IsTrustedOnlyWhileNobodyElseChangedTheDirectory()
    {
        string config = _directory.Config("\"subnet\":\"10.1.2.0/24\"");
        IpamCall.Add(new HostLocalPlugin(), config);
        var complete = Directory.GetLastWriteTimeUtc(_directory.Network);
        Assert.Equal("10.1.2.2", new FileInfo(Path.Combine(_directory.Network, ".owners", "c1,eth0")).LinkTarget);

        _directory.Write("10.1.2.77", "foreign\r\neth0");
        Assert.NotEqual(complete, Directory.GetLastWriteTimeUtc(_directory.Network));
        IpamCall.Del(new HostLocalPlugin(), config);

        Assert.Equal(complete, Directory.GetLastWriteTimeUtc(_directory.Network));
        Assert.Equal(["foreign,eth0"], Directory.GetFileSystemEntries(Path.Combine(_directory.Network, ".owners")).Select(Path.GetFileName));
    }

    // Threads of their own: the lock is waited for asleep, and the pool grows slowly.
    private static void Parallel(int count, Action<int> work)
    {
        var failures = new ConcurrentBag<Exception>();
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int number = i;
            threads[i] = new Thread(() =>
            {
                if (Record.Exception(() => work(number)) is { } failure)
                    failures.Add(failure);
            });
            threads[i].Start();
        }
        foreach (var thread in threads)
            thread.Join();
        Assert.Empty(failures);
    }

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
