using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Tests.Multiplexing;
using MultiNet.Netlink;

namespace MultiNet.Meta.Tests.HotPlug;

/// <summary>The annotation of a running pod changes.</summary>
public sealed class SyncTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private SandboxRequest Attached(string? networks)
    {
        var pod = _node.Pod("web", networks);
        _node.Add(pod);
        return pod;
    }

    private string Sync(SandboxRequest pod, string? networks)
    {
        _node.Source.Annotate("web", networks);
        var change = _node.Sync(pod);
        return string.Join(' ', change.Detached.Select(a => "-" + a.InterfaceName).Concat(change.Attached.Select(a => "+" + a.Attachment.InterfaceName)));
    }

    private string[] StatusInterfaces => [.. _node.Status["web"].Select(s => $"{s.Interface} {s.Name}")];

    [Fact]
    public void Sync_AttachesWhatIsNew_AndDelReleasesIt()
    {
        var pod = Attached(null);
        Assert.Equal("+net1 +data", Sync(pod, "n1,n2@data"));
        Assert.Equal(["data", "eth0", "lo", "net1"], TestNode.Links(pod));
        Assert.Equal(["10.1.0.2", "10.2.0.2", "10.3.0.2"], _node.Reservations());
        Assert.Equal(["eth0 primary", "net1 default/n1", "data default/n2"], StatusInterfaces);
        Assert.True(File.Exists(_node.CachePath("n1", pod, "net1")));
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Sync_DetachesWhatIsNoLongerWanted()
    {
        var pod = Attached("n1,n2@data,p1");
        Assert.Equal("-data -net3", Sync(pod, "n1"));
        Assert.Equal(["eth0", "lo", "net1"], TestNode.Links(pod));
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
        Assert.False(File.Exists(_node.CachePath("n2", pod, "data")));
        Assert.Equal(["eth0 primary", "net1 default/n1"], StatusInterfaces);
        _node.Check(pod);
        Assert.Equal("-net1", Sync(pod, null));
        Assert.Equal(["eth0", "lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Sync_DoesNothing_WhereNothingHasChanged()
    {
        var pod = Attached("""[{"name":"n1","ips":["10.2.0.7/24"],"interface":"a"},{"name":"n2","default-route":["10.3.0.1"]}]""");
        var before = TestNode.Inside(pod, s => s.LinkList().Select(l => $"{l.Index} {l.MacAddress}").ToArray());
        Assert.Equal("", Sync(pod, """[ {"interface":"a", "ips":["10.2.0.7/24"], "name":"n1", "namespace":"default"}, {"default-route":["10.3.0.1"],"name":"n2"} ]"""));
        Assert.Equal(before, TestNode.Inside(pod, s => s.LinkList().Select(l => $"{l.Index} {l.MacAddress}").ToArray()));
        Assert.Equal(["10.3.0.1 net2"], TestNode.DefaultRoutes(pod));
        _node.Check(pod);
    }

    [Fact]
    public void Sync_DoesNotTouchAnAttachment_WhoseDefinitionWasEdited()
    {
        var pod = Attached("n1");
        _node.Source.Redefine("n1", _node.Bridge("n77", "10.77.0.0/24"));
        Assert.Equal("", Sync(pod, "n1"));
        Assert.Equal("+net2", Sync(pod, "n1,n1"));
        Assert.Equal(["10.1.0.2", "10.2.0.2", "10.77.0.2"], _node.Reservations());
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Theory]
    [InlineData("n1@a", "n2@a", "10.3.0.2")]
    [InlineData("""[{"name":"n1","interface":"a"}]""", """[{"name":"n1","interface":"a","ips":["10.2.0.9/24"]}]""", "10.2.0.9")]
    [InlineData("""[{"name":"n1","interface":"a","ips":["10.2.0.9/24"]}]""", """[{"name":"n1","interface":"a","ips":["10.2.0.10/24"]}]""", "10.2.0.10")]
    [InlineData("""[{"name":"n1","interface":"a","cni-args":{"x":1}}]""", """[{"name":"n1","interface":"a","cni-args":{"x":2}}]""", "10.2.0.3")]
    public void Sync_SwapsNetworksOnOneInterface(string before, string after, string address)
    {
        var pod = Attached(before);
        Assert.Equal("-a +a", Sync(pod, after));
        Assert.Equal(["eth0", "lo", "a"], TestNode.Links(pod).OrderByDescending(n => n.Length));
        Assert.Equal(address, Assert.Single(_node.Status["web"][1].IPs));
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void InterfacesKeepTheirNames_WhenNetworksBeforeThemCome_AndGo()
    {
        var pod = Attached("n1,n2");
        Assert.Equal("-net1", Sync(pod, "n2"));
        Assert.Equal("+net1", Sync(pod, "p1,n2"));
        Assert.Equal("+net3", Sync(pod, "n1,p1,n2"));
        Assert.Equal("", Sync(pod, "n2,n1,p1"));
        Assert.Equal("+x", Sync(pod, "n2,n1,p1,n1@x"));
        // An element that asks for no name is served by the attachment that is there.
        Assert.Equal("-net3", Sync(pod, "n2,n1@x,p1"));
        Assert.Equal(["eth0", "lo", "net1", "net2", "x"], TestNode.Links(pod));
    }

    [Fact]
    public void Sync_NeverTouchesConfiguredNetworks()
    {
        _node.Source.Definition("everyone", _node.Bridge("everyone", "10.8.0.0/24"), "kube-system");
        _node.Keys = "\"defaultNetworks\":[\"everyone\"],";
        var pod = Attached("n1");
        _node.Keys = "";
        _node.Primary = "other";
        Assert.Equal("-net2 +net2", Sync(pod, "n2"));
        Assert.Equal(["eth0", "lo", "net1", "net2"], TestNode.Links(pod));
        Assert.Equal(["eth0 primary", "net1 kube-system/everyone", "net2 default/n2"], StatusInterfaces);
    }

    [Fact]
    public void Sync_LeavesAllAsItWas_WhenANewNetworkFails()
    {
        _node.Source.Definition("full", _node.Bridge("full", "10.9.0.0/30", ",\"rangeStart\":\"10.9.0.2\",\"rangeEnd\":\"10.9.0.2\""));
        _node.Add(_node.Pod("first", "full"));
        var pod = Attached("n1");
        var (links, left) = (TestNode.Links(pod), _node.Leftovers());
        var e = Assert.Throws<CniException>(() => Sync(pod, "n1,n2,full,p1"));
        Assert.Contains("pod default/web", e.Message);
        Assert.Contains("network default/full on net3", e.Message);
        Assert.Equal(links, TestNode.Links(pod));
        Assert.Equal(left, _node.Leftovers());
        Assert.Equal(["eth0 primary", "net1 default/n1"], StatusInterfaces);
        _node.Check(pod);
        Assert.Equal("+net2", Sync(pod, "n1,n2"));
    }

    [Fact]
    public void Sync_ChangesNothing_WhenTheAnnotationIsWrong()
    {
        var pod = Attached("n1,n2");
        var left = _node.Leftovers();
        foreach (string wrong in new[] { "n1,", "[{}]", "n1,nothere", "n1@eth0", "n1@a,n2@a", """[{"name":"n1","default-route":["10.2.0.1"]},{"name":"n2","default-route":["10.3.0.1"]}]""" })
            Assert.Throws<CniException>(() => Sync(pod, wrong));
        Assert.Equal(left, _node.Leftovers());
        Assert.Equal(["eth0", "lo", "net1", "net2"], TestNode.Links(pod));
        _node.Check(pod);
    }

    [Fact]
    public void Sync_Refuses_AnInterfaceThatSomebodyElseMade()
    {
        var pod = Attached("n1");
        TestNode.Inside(pod, s => s.LinkAdd(new VethSpec { Name = "tun0", Peer = new VethPeer { Name = "peer" } }));
        Assert.Contains("tun0 already exists", Assert.Throws<CniException>(() => Sync(pod, "n1,n2@tun0")).Message);
        Assert.Equal(["eth0", "lo", "net1", "peer", "tun0"], TestNode.Links(pod));
    }

    [Fact]
    public void DefaultRoute_MovesToANetworkThatIsPlugged_AndBackWhenItGoes()
    {
        var pod = Attached("n2");
        Assert.Equal("+net2", Sync(pod, """[{"name":"n2"},{"name":"n1","default-route":["10.2.0.1"]}]"""));
        Assert.Equal(["10.2.0.1 net2"], TestNode.DefaultRoutes(pod));
        Assert.Empty(_node.Status["web"][0].Gateway);
        _node.Check(pod);
        Assert.Equal("-net2", Sync(pod, "n2"));
        Assert.Equal(["10.1.0.1 eth0"], TestNode.DefaultRoutes(pod));
        Assert.Equal(["10.1.0.1"], _node.Status["web"][0].Gateway);
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void DefaultRoute_StaysWhereItWas_WhenItsNewNetworkFails()
    {
        var pod = Attached(null);
        Assert.Throws<CniException>(() => Sync(pod, """[{"name":"n1","default-route":["192.0.2.1"]}]"""));
        Assert.Equal(["10.1.0.1 eth0"], TestNode.DefaultRoutes(pod));
        _node.Check(pod);
        Assert.Equal(["10.1.0.2"], _node.Reservations());
    }

    [Fact]
    public void DefaultRoute_GoesBack_ThoughItWasTakenAtAdd()
    {
        var pod = Attached("""[{"name":"n1","default-route":["10.2.0.1"]}]""");
        Assert.Equal("-net1 +net1", Sync(pod, "n1"));
        Assert.Equal(["10.1.0.1 eth0"], TestNode.DefaultRoutes(pod));
        _node.Check(pod);
    }

    [Theory]
    [InlineData("a sandbox that was never attached", "not attached by this plugin")]
    [InlineData("an ADD that was killed", "its ADD has not finished")]
    [InlineData("a DEL that failed half-way", "its DEL has begun")]
    [InlineData("a journal of an earlier version", "by an earlier version")]
    public void Sync_IsRefused_For(string what, string message)
    {
        var pod = _node.Pod("web", "n1");
        if (what != "a sandbox that was never attached")
        {
            _node.Add(pod);
            var store = new JournalStore(_node.StateDir);
            var journal = store.Read(pod.ContainerId, pod.IfName)!;
            store.Write(what switch
            {
                "an ADD that was killed" => journal with { Complete = false },
                "a DEL that failed half-way" => journal with { Attachments = [journal.Attachments[0], journal.Attachments[1] with { Released = true }] },
                _ => journal with { KnowsSelections = false },
            }, durable: false);
        }
        var links = TestNode.Links(pod);
        Assert.Contains(message, Assert.Throws<CniException>(() => Sync(pod, "n2")).Message);
        Assert.Equal(links, TestNode.Links(pod));
    }

    [Theory]
    [InlineData("attaching")]
    [InlineData("detaching")]
    public void Sync_CompletesOne_ThatWasInterrupted(string state)
    {
        var pod = Attached("n1,n2");
        Interrupted(pod, state);
        Assert.Equal("-net1 +net1", Sync(pod, "n1,n2"));
        Assert.Equal(["10.1.0.2", "10.2.0.3", "10.3.0.2"], _node.Reservations());
        _node.Check(pod);
        Interrupted(pod, state);
        Assert.Equal("-net1", Sync(pod, "n2"));
        Interrupted(pod, state, "net2");
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    private void Interrupted(SandboxRequest pod, string state, string interfaceName = "net1")
    {
        var store = new JournalStore(_node.StateDir);
        var journal = store.Read(pod.ContainerId, pod.IfName)!;
        store.Write(journal with
        {
            Attachments = [.. journal.Attachments.Select(a => a.InterfaceName != interfaceName ? a
                : state == "attaching" ? a with { Attaching = true, Result = null } : a with { Detaching = true })],
        }, durable: false);
    }

    [Fact]
    public void Sync_ReportsAStatusThatCannotBeWritten_AndKeepsWhatIsAttached()
    {
        var pod = Attached(null);
        _node.StatusFails = true;
        Assert.Throws<CniException>(() => Sync(pod, "n1"));
        Assert.Equal(["eth0", "lo", "net1"], TestNode.Links(pod));
        _node.StatusFails = false;
        Assert.Equal("", Sync(pod, "n1"));
        Assert.Equal(["eth0 primary", "net1 default/n1"], StatusInterfaces);
    }

    [Theory]
    [InlineData("n1,n2@a", true)]
    [InlineData("""[{"name":"n1","namespace":"default"},{"name":"n2","interface":"a"}]""", true)]
    [InlineData("n1,n2", true)]
    [InlineData("n1", false)]
    [InlineData("", false)]
    [InlineData("n1,n2@b", false)]
    [InlineData("n1,n1@a", false)]
    [InlineData("n1,n2@a,n1", false)]
    [InlineData("""[{"name":"n1","ips":["10.2.0.2"]},{"name":"n2","interface":"a"}]""", false)]
    [InlineData("other/n1,n2@a", false)]
    [InlineData("n1,[", false)]
    public void WhetherThereIsAnythingToDo_IsKnownWithoutDefinitions(string annotation, bool areAll)
    {
        Attached("n1,n2@a");
        Assert.Equal(areAll, StandingAttachments.AreAll(_node.Journals().Single(), "default", annotation));
    }

    [Fact]
    public void ManyRandomChanges_EndInExactlyWhatIsWanted_AndLeakNothing()
    {
        var random = new Random(1);
        string[] choice = ["n1", "n2", "p1", "n1@a", "n2@a", "p1@a", "n2@b", "n1@net2"];
        var pod = Attached("n1,n2");
        for (int i = 0; i < 100; i++)
        {
            var wanted = new List<string>();
            foreach (string element in random.GetItems(choice, random.Next(6)))
            {
                // One interface serves one element, and p1 routes its gateway by one interface only.
                bool isFree = !element.Contains('@') || !wanted.Exists(w => w.EndsWith(element[element.IndexOf('@')..], StringComparison.Ordinal));
                if (isFree && (element[0] != 'p' || !wanted.Exists(w => w[0] == 'p')))
                    wanted.Add(element);
            }
            Sync(pod, string.Join(',', wanted));
            var status = _node.Status["web"].Skip(1).ToList();
            Assert.Equal(wanted.Select(w => "default/" + w.Split('@')[0]).Order(), status.Select(s => s.Name).Order());
            foreach (string named in wanted.Where(w => w.Contains('@')))
                Assert.Contains(status, s => $"{s.Name}@{s.Interface}" == "default/" + named);
            Assert.Equal(status.Select(s => s.Interface).Concat(["eth0", "lo"]).Order(StringComparer.Ordinal), TestNode.Links(pod));
            Assert.Equal(wanted.Count + 1, _node.Reservations().Length);
            _node.Check(pod);
            Assert.True(Sync(pod, string.Join(',', wanted)).Length == 0, "a second sync does nothing");
            Assert.True(StandingAttachments.AreAll(_node.Journals().Single(), "default", string.Join(',', wanted)), "nothing is to be done");
        }
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }
}
