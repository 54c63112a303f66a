using MultiNet.Cni;

namespace MultiNet.Meta.Tests.Multiplexing;

/// <summary>GC releases what is not in use, and never what is: an address that two pods have is worse than one that is lost.</summary>
public sealed class GarbageCollectionTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Gc_ReleasesWhatIsNotValid_AndKeepsTheRest()
    {
        var (kept, gone) = (_node.Pod("kept", "n1"), _node.Pod("gone", "n1,n2"));
        _node.Add(kept);
        _node.Add(gone);
        _node.Gc(kept);
        _node.Check(kept);
        Assert.Equal(["lo"], TestNode.Links(gone));
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
        Assert.Single(_node.Journals());
    }

    [Fact]
    public void Gc_ReleasesReservations_WhoseJournalIsLost()
    {
        var (kept, lost) = (_node.Pod("kept", "n1"), _node.Pod("lost", "n1,n2"));
        _node.Add(kept);
        _node.Add(lost);
        File.Delete(_node.JournalPath(lost));
        _node.Gc(kept);
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
        _node.Check(kept);
    }

    [Fact]
    public void Gc_KeepsThePodsOfMultus_WhichHaveNoJournal()
    {
        var multus = _node.Pod("multus", "n1,n2");
        _node.Add(multus);
        File.Delete(_node.JournalPath(multus));
        _node.Gc(multus);
        Assert.Equal(["10.1.0.2", "10.2.0.2", "10.3.0.2"], _node.Reservations());
    }

    [Fact]
    public void Gc_KeepsPodsFromBeforeTheInstallation_OfWhichNothingIsRecorded()
    {
        var (old, dead) = (_node.Pod("old", "n1"), _node.Pod("dead"));
        _node.Add(old);
        _node.Add(dead);
        File.Delete(_node.JournalPath(old));
        File.Delete(_node.JournalPath(dead));
        _node.DropCache();
        _node.Gc(old);
        // Of the default network what the runtime names is in use, and the rest is not; of n1 nobody knows.
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
    }

    [Fact]
    public void Gc_KnowsPodsFromBeforeTheInstallation_ByTheRuntimesCache()
    {
        var (old, lost) = (_node.Pod("old"), _node.Pod("lost", "n1"));
        _node.Add(lost);
        File.Delete(_node.JournalPath(lost));
        _node.Add(old);
        _node.MakeOlderThanTheInstallation(old);
        _node.Gc(old);
        Assert.Equal(["10.1.0.3"], _node.Reservations());
    }

    [Fact]
    public void Gc_AsksNoNetwork_WhenAJournalCannotBeRead()
    {
        var (web, dead) = (_node.Pod("web", "n1"), _node.Pod("dead", "n1"));
        _node.Add(web);
        _node.Add(dead);
        _node.DropCache();
        File.WriteAllText(_node.JournalPath(web), """{"schemaVersion":2}""");
        var error = Assert.Throws<CniException>(() => _node.Gc(web));
        Assert.Contains(_node.JournalPath(web), error.Text);
        // The dead one's are released by its own journal; nothing else is touched.
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
    }

    [Fact]
    public void Gc_AsksNoNetwork_WhenACachedResultOfALivingPodCannotBeRead()
    {
        var web = _node.Pod("web", "n1");
        _node.Add(web);
        File.Delete(_node.JournalPath(web));
        File.WriteAllText(_node.CachePath("n1", web, "net1"), "{");
        var error = Assert.Throws<CniException>(() => _node.Gc(web));
        Assert.Contains(_node.CachePath("n1", web, "net1"), error.Text);
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
    }

    [Fact]
    public void Gc_AsksTheNetworksInUse_AndReports_WhenTheDefinitionsCannotBeRead()
    {
        var (web, lost) = (_node.Pod("web", "n1"), _node.Pod("lost", "n1"));
        _node.Add(web);
        _node.Add(lost);
        File.Delete(_node.JournalPath(lost));
        _node.Source.DefinitionsFail = true;
        Assert.Contains("the source is away", Assert.Throws<CniException>(() => _node.Gc(web)).Text);
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
        _node.Check(web);
    }

    [Fact]
    public void Gc_LeavesTheSandboxesOfAnotherConfigurationAlone()
    {
        var (mine, others) = (_node.Pod("mine", "n1"), _node.Pod("others", "n1"));
        _node.Add(mine);
        _node.Name = "another";
        _node.Add(others);
        _node.Gc();
        Assert.Equal(["lo"], TestNode.Links(others));
        _node.Name = "multinet";
        _node.Check(mine);
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
    }

    [Fact]
    public void Gc_TakesTheStatusAway_UnlessThePodHasAnotherSandbox()
    {
        var (web, gone) = (_node.Pod("web"), _node.Pod("gone"));
        _node.Add(web);
        _node.Add(gone);
        _node.Gc(web);
        Assert.Equal(["web"], _node.Status.Keys);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("\"cni.dev/valid-attachments\":null,", 0)]
    [InlineData("\"cni.dev/attachments\":[],", 0)]
    [InlineData("\"cni.dev/valid-attachments\":[{\"containerID\":\"container-web\",\"ifname\":\"eth0\"}],", 2)]
    public void Gc_ReleasesNothing_WhenTheRuntimeDoesNotSayWhatIsInUse(string list, int left)
    {
        _node.Add(_node.Pod("web", "n1"));
        _node.Call(CniVerb.Gc, _node.ConfigText().Replace("{\"cniVersion\":\"1.1.0\",\"name\":\"multinet\",", "{\"cniVersion\":\"1.1.0\",\"name\":\"multinet\"," + list, StringComparison.Ordinal));
        Assert.Equal(left, _node.Reservations().Length);
    }
}
