using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Tests.Multiplexing;

/// <summary>DEL when something is gone that an ADD had.</summary>
public sealed class LostStateTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private SandboxRequest Attached()
    {
        var pod = _node.Pod("web", """[{"name":"n1","default-route":["10.2.0.1"]},{"name":"p1"}]""");
        _node.Add(pod);
        return pod;
    }

    [Fact]
    public void Del_Releases_WhenTheNamespaceIsGone()
    {
        var pod = Attached();
        _node.RemoveNamespace(pod);
        _node.Del(pod);
        Assert.Empty(_node.Reservations());
        Assert.Empty(_node.Journals());
    }

    [Fact]
    public void Del_Releases_WhenTheRuntimePassesNoNamespace()
    {
        var pod = Attached();
        _node.Del(pod with { NetNs = "" });
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Del_Releases_WhenPodAndDefinitionsAreGone()
    {
        var pod = Attached();
        _node.Source.Clear();
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void Del_UsesTheCache_WhenTheJournalIsTruncated(int length)
    {
        var pod = Attached();
        string path = _node.JournalPath(pod);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Del_UsesTheCache_WhenTheJournalIsMissing()
    {
        var pod = Attached();
        File.Delete(_node.JournalPath(pod));
        _node.Source.Clear();
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Del_ReleasesWhatAPlanWouldAttach_WhenAllStateIsLost()
    {
        var pod = Attached();
        File.Delete(_node.JournalPath(pod));
        _node.DropCache();
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Check_UsesTheCache_WhenTheJournalIsMissing()
    {
        var pod = Attached();
        File.Delete(_node.JournalPath(pod));
        _node.Check(pod);
    }

    [Fact]
    public void Add_CleansUp_AfterAnAddThatWasInterrupted()
    {
        var pod = Attached();
        var store = new JournalStore(_node.StateDir);
        var journal = store.Read(pod.ContainerId, pod.IfName)!;
        store.Write(journal with { Complete = false, Attachments = [.. journal.Attachments.Select(a => a with { Result = null })] }, durable: false);
        _node.Add(pod);
        _node.Check(pod);
        Assert.Equal(3, _node.Reservations().Length);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Add_CleansUpAnInterruptedAdd_WithPluginsOfCniPath()
    {
        string plugins = Directory.CreateDirectory(Path.Combine(_node.Folder, "plugins")).FullName, calls = Path.Combine(_node.Folder, "calls");
        string plugin = Path.Combine(plugins, "external");
        File.WriteAllText(plugin, $"#!/bin/sh\necho $CNI_COMMAND >> {calls}\ntest $CNI_COMMAND = DEL || echo '{{\"cniVersion\":\"1.0.0\"}}'\n");
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _node.Source.Definition("x", """{"cniVersion":"1.0.0","name":"x","type":"external"}""");
        var pod = _node.Pod("web", "x") with { Path = [plugins] };
        _node.Add(pod);
        var store = new JournalStore(_node.StateDir);
        store.Write(store.Read(pod.ContainerId, pod.IfName)! with { Complete = false }, durable: false);
        _node.Add(pod);
        Assert.Equal(["ADD", "DEL", "ADD"], File.ReadAllLines(calls));
    }

    [Fact]
    public void Add_ThatFailsAfterTheStatusWasWritten_TakesItAway()
    {
        _node.StatusFails = true;
        Assert.Throws<CniException>(() => _node.Add(_node.Pod("web")));
        Assert.Empty(_node.Status);
        Assert.Empty(_node.Leftovers());
    }

    [Theory]
    [InlineData("""{"kind":"cniCacheV1","containerId":"container-web","networkName":"n1","ifName":"net1"}""")]
    [InlineData("""{"kind":"cniCacheV1","containerId":"container-web","netwo""")]
    public void Del_GuessesWhatIsNotInTheCache_WhenOneEntryIsBroken(string entry)
    {
        var pod = Attached();
        File.Delete(_node.JournalPath(pod));
        File.WriteAllText(_node.CachePath("n1", pod, "net1"), entry);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Del_TakesTheFileOfMultusAway()
    {
        var pod = Attached();
        File.Delete(_node.JournalPath(pod));
        File.WriteAllText(Path.Combine(_node.CniDir, pod.ContainerId), "[]");
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Del_OfAnOldSandbox_LeavesTheStatusOfThePodsNewOne()
    {
        var old = Attached();
        var renewed = _node.Pod("renewed") with { Pod = old.Pod };
        _node.Add(renewed);
        _node.Del(old);
        _node.Del(old);
        Assert.Equal(["web"], _node.Status.Keys);
        _node.Del(renewed);
        Assert.Empty(_node.Status);
    }

    [Fact]
    public void Del_UsesTheRuntimesCache_ForPodsFromBeforeTheInstallation()
    {
        var pod = _node.Pod("old");
        _node.Add(pod);
        _node.MakeOlderThanTheInstallation(pod);
        // The cluster's network is another one by now: a guess would not find the address.
        _node.Primary = "other";
        _node.Check(pod);
        _node.Del(pod);
        // What is left is the runtime's own entry, which it removes after this call.
        Assert.Equal([Path.Combine(_node.RuntimeCacheDir, "results", "multinet-container-old-eth0")], _node.Leftovers());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Del_LeavesAnotherPodsNamespaceAlone_ThoughTheRuntimeNamesIt(bool isInterrupted)
    {
        var gone = Attached();
        var living = _node.Pod("living", "n1");
        _node.Add(living);
        if (isInterrupted)
            _node.ChangeJournal(gone, journal => journal with { Complete = false });
        _node.RemoveNamespace(gone);
        // The path of a process, say, whose number was given out again.
        _node.Del(gone with { NetNs = living.NetNs });
        Assert.Equal(["eth0", "lo", "net1"], TestNode.Links(living));
        _node.Check(living);
        Assert.Equal(2, _node.Reservations().Length);
        Assert.Single(_node.Journals());
    }

    [Fact]
    public void Del_EntersNoNamespace_WhenTheNodeWasStartedAnew()
    {
        var old = Attached();
        _node.ChangeJournal(old, journal => journal with { BootId = "an earlier one", NamespaceCookie = 0 });
        var living = _node.Pod("living", "n1");
        _node.Add(living);
        _node.Del(old with { NetNs = living.NetNs });
        Assert.Equal(["eth0", "lo", "net1"], TestNode.Links(living));
        Assert.Equal(2, _node.Reservations().Length);
    }

    [Theory]
    [InlineData("del")]
    [InlineData("gc")]
    public void ARecordedPathBelowProc_IsNotTrusted_BecauseItMayBeAnotherPodsByNow(string verb)
    {
        var gone = Attached();
        var living = _node.Pod("living", "n1");
        _node.Add(living);
        using var recycled = File.OpenHandle(living.NetNs);
        var store = new JournalStore(_node.StateDir);
        var journal = store.Read(gone.ContainerId, gone.IfName)!;
        store.Write(journal with { NetNs = $"/proc/self/fd/{recycled.DangerousGetHandle()}" }, durable: false);
        _node.RemoveNamespace(gone);
        if (verb == "del")
            _node.Del(gone with { NetNs = "" });
        else
            _node.Gc(living);
        Assert.Equal(["eth0", "lo", "net1"], TestNode.Links(living));
        _node.Check(living);
        Assert.Equal(2, _node.Reservations().Length);
    }
}
