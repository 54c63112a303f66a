using System.Runtime.CompilerServices;

namespace MultiNet.Netlink.Tests.Namespaces;

public class NetworkNamespaceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/proc/self/ns/nothing")]
    [InlineData("/proc/self/status/below-a-file")]
    [InlineData("bad\0path")]
    public void Open_ThrowsNotFound_WhenThereIsNothing(string path)
    {
        var exception = Assert.Throws<NamespaceNotFoundException>(() => NetworkNamespace.Open(path));
        Assert.Equal(path, exception.Path);
        Assert.True(exception.Errno is 2 or 20, exception.Message);
    }

    [Fact]
    public void Open_ThrowsNotANamespace_WhenPathIsAnOrdinaryFile()
    {
        string path = System.IO.Path.GetTempFileName();
        try
        {
            var exception = Assert.Throws<NotANamespaceException>(() => NetworkNamespace.Open(path));
            Assert.Equal(path, exception.Path);
            Assert.Contains($"0x{exception.FileSystemMagic:x}", exception.Message, StringComparison.Ordinal);
            Assert.NotEqual(0x6e736673, exception.FileSystemMagic);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("/proc/self/status", "0x9fa0")]
    [InlineData("/proc", "0x9fa0")]
    [InlineData("/proc/self/ns/mnt", "0x20000")]
    public void Open_ThrowsNotANamespace_WhenItIsSomethingElseOfProc(string path, string found)
    {
        var exception = Assert.Throws<NotANamespaceException>(() => NetworkNamespace.Open(path));
        Assert.Contains(found, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DoesNotHang_WhenPathIsAFifo()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid().ToString());
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", path))
            mkfifo.WaitForExit();
        try
        {
            Assert.Throws<NotANamespaceException>(() => NetworkNamespace.Open(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void IsSameAs_ComparesTheNamespace_NotThePath()
    {
        using var test = new TestNamespace();
        using var again = NetworkNamespace.Open(test.Path);
        using var own = NetworkNamespace.Current();
        using var ownByPath = NetworkNamespace.Open("/proc/self/ns/net");
        Assert.True(test.Namespace.IsSameAs(again));
        Assert.True(own.IsSameAs(ownByPath));
        Assert.False(test.Namespace.IsSameAs(own));
    }

    [Fact]
    public void Run_IsInside_AndTakesTheThreadHome()
    {
        using var test = new TestNamespace();
        using var before = NetworkNamespace.Current();
        Assert.True(test.Namespace.Run(() => IsIn(test.Namespace)));
        Assert.True(IsIn(before));
    }

    [Fact]
    public void Run_VisitsOneNamespaceFromAnother_AndComesBackStepByStep()
    {
        using var outer = new TestNamespace();
        using var inner = new TestNamespace();
        using var own = NetworkNamespace.Current();
        var (within, between) = outer.Namespace.Run(() => (inner.Namespace.Run(() => IsIn(inner.Namespace)), IsIn(outer.Namespace)));
        Assert.True(within);
        Assert.True(between);
        Assert.True(IsIn(own));
    }

    [Fact]
    public void Run_TakesAThreadHomeToWhereItWasStarted()
    {
        using var outer = new TestNamespace();
        using var inner = new TestNamespace();
        bool home = false;
        var thread = outer.Namespace.Run(() =>
        {
            var started = new Thread(() =>
            {
                inner.Namespace.Run(() => 0);
                home = IsIn(outer.Namespace);
            });
            started.Start();
            return started;
        });
        thread.Join();
        Assert.True(home);
    }

    [Fact]
    public void Run_EntersTheProcessOwnNamespace_OnAThreadThatWasStartedElsewhere()
    {
        using var test = new TestNamespace();
        using var own = NetworkNamespace.Current();
        bool inOwn = false;
        var thread = test.Namespace.Run(() =>
        {
            var started = new Thread(() => inOwn = own.Run(() => IsIn(own)));
            started.Start();
            return started;
        });
        thread.Join();
        Assert.True(inOwn);
    }

    [Fact]
    public void Run_LeavesAForeignNamespace_WhenTheOwnOneIsAskedForInsideIt()
    {
        using var test = new TestNamespace();
        using var own = NetworkNamespace.Current();
        bool atHome = test.Namespace.Run(() => own.Run(() =>
        {
            using var current = NetworkNamespace.Current();
            return current.IsSameAs(own);
        }));
        Assert.True(atHome);
    }

    [Fact]
    public void Run_RunsAtOnce_WhenCalledFromInside()
    {
        using var test = new TestNamespace();
        Assert.Equal(42, test.Namespace.Run(() => test.Namespace.Run(() => 42)));
    }

    [Fact]
    public void Run_RethrowsWithTheOriginalStack_AndTheThreadIsHome()
    {
        using var test = new TestNamespace();
        using var own = NetworkNamespace.Current();
        var exception = Assert.Throws<InvalidOperationException>(() => test.Namespace.Run(Fail));
        Assert.Contains(nameof(Fail), exception.StackTrace!, StringComparison.Ordinal);
        Assert.True(IsIn(own));
        Assert.Equal(1, test.Namespace.Run(() => 1));
    }

    [Fact]
    public void Run_MayBeCalledFromManyThreads()
    {
        using var test = new TestNamespace();
        using var own = NetworkNamespace.Current();
        int inside = 0, home = 0;
        Parallel.For(0, 200, _ =>
        {
            if (test.Namespace.Run(() => IsIn(test.Namespace)))
                Interlocked.Increment(ref inside);
            if (IsIn(own))
                Interlocked.Increment(ref home);
        });
        Assert.Equal((200, 200), (inside, home));
    }

    [Fact]
    public void Run_Throws_WhenDisposed()
    {
        using var test = new TestNamespace();
        test.Namespace.Dispose();
        Assert.Throws<ObjectDisposedException>(() => test.Namespace.Run(() => 0));
        using var own = NetworkNamespace.Current();
        own.Dispose();
        Assert.Throws<ObjectDisposedException>(() => own.Run(() => 0));
    }

    [Fact]
    public void Dispose_FromInside_DoesNotKeepTheThreadFromGoingHome()
    {
        using var test = new TestNamespace();
        using var own = NetworkNamespace.Current();
        test.Namespace.Run(() =>
        {
            test.Namespace.Dispose();
            return 0;
        });
        Assert.True(IsIn(own));
        Assert.Throws<ObjectDisposedException>(() => test.Namespace.Run(() => 0));
    }

    [Fact]
    public void Create_LeavesNothing_WhenTheFolderIsMissing()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid().ToString(), "ns");
        var exception = Assert.Throws<KernelException>(() => NetworkNamespace.Create(path));
        Assert.True(exception.IsNotFound);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Create_LeavesAFileAlone_WhenItIsThereAlready()
    {
        using var test = new TestNamespace();
        var exception = Assert.Throws<KernelException>(() => NetworkNamespace.Create(test.Path));
        Assert.True(exception.IsExists);
        using var still = NetworkNamespace.Open(test.Path);
        Assert.True(still.IsSameAs(test.Namespace));
    }

    [Fact]
    public void Delete_RemovesMountAndFile_AndMayBeRepeated()
    {
        using var test = new TestNamespace();
        NetworkNamespace.Delete(test.Path);
        Assert.False(File.Exists(test.Path));
        Assert.DoesNotContain(test.Path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        NetworkNamespace.Delete(test.Path);
        Assert.Throws<NamespaceNotFoundException>(() => NetworkNamespace.Open(test.Path));
        Assert.Equal("lo", test.Socket.LinkGet(1).Name);
    }

    [Fact]
    public void OpenSocket_BelongsToTheNamespace_WhateverThreadUsesIt()
    {
        using var test = new TestNamespace();
        test.AddVeth();
        RouteSocket socket;
        using (var opened = NetworkNamespace.Open(test.Path))
            socket = opened.OpenSocket();
        using (socket)
        {
            IReadOnlyList<Link>? links = null;
            var thread = new Thread(() => links = socket.LinkList());
            thread.Start();
            thread.Join();
            Assert.Equal(["a", "b", "lo"], links!.Select(link => link.Name).Order());
        }
    }

    private static bool IsIn(NetworkNamespace expected)
    {
        using var current = NetworkNamespace.Current();
        return current.IsSameAs(expected);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Fail() => throw new InvalidOperationException("inside");

    [Fact]
    public void Lock_KeepsOthersOut_UntilItIsReleased()
    {
        using var node = new TestNamespace();
        using (node.Namespace.Lock(TimeSpan.Zero))
        {
            using var other = NetworkNamespace.Open(node.Path);
            Assert.Equal("EAGAIN", Assert.Throws<KernelException>(() => other.Lock(TimeSpan.Zero)).ErrnoName);
            Assert.NotEqual(0, node.TryExec("flock", $"-n {node.Path} true").Code);
        }
        node.Namespace.Lock(TimeSpan.Zero).Dispose();
    }

    [Fact]
    public void Inode_IsTheNumberOfTheNamespacesFile()
    {
        using var node = new TestNamespace();
        Assert.Equal(node.Exec("stat", $"-Lc %i {node.Path}").Trim(), node.Namespace.Inode.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
