using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Tests.Multiplexing;

namespace MultiNet.Meta.Tests.HotPlug;

/// <summary>Interfaces of a running pod vanish or change.</summary>
public sealed class RepairTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private SandboxRequest Attached(string networks)
    {
        var pod = _node.Pod("web", networks);
        _node.Add(pod);
        return pod;
    }

    private static void Delete(SandboxRequest pod, string link) => TestNode.Inside(pod, s =>
    {
        s.LinkDelete(link);
        return true;
    });

    private static string Text(SandboxChange change) =>
        string.Join(' ', change.Detached.Select(a => "-" + a.InterfaceName).Concat(change.Attached.Select(a => "+" + a.Attachment.InterfaceName)));

    [Fact]
    public void Drift_NamesWhatHasChanged_AndChangesNothing()
    {
        var pod = Attached("n1,n2,p1");
        Assert.Empty(_node.Drift(pod));
        Delete(pod, "net2");
        TestNode.Inside(pod, s =>
        {
            s.AddressDelete(s.LinkGet("net3").Index, s.AddressList(s.LinkGet("net3").Index).First(a => a.Local.ToString() == "10.4.0.2"));
            return true;
        });
        var drift = _node.Drift(pod);
        Assert.Equal(["net2", "net3"], drift.Select(d => d.Attachment.InterfaceName));
        Assert.StartsWith("network default/n2 on net2: ", drift[0].Error.Message);
        Assert.Equal(["eth0", "lo", "net1", "net3"], TestNode.Links(pod));
    }

    [Fact]
    public void Repair_MakesAnewWhatHasDrifted_WithTheSameArguments()
    {
        var pod = Attached("""[{"name":"n1","interface":"a","ips":["10.2.0.9/24"]},{"name":"n2"}]""");
        var eth0 = TestNode.Inside(pod, s => s.LinkGet("eth0").Index);
        Delete(pod, "a");
        // The definition as it is now does not matter.
        _node.Source.Redefine("n1", _node.Bridge("n77", "10.77.0.0/24"));
        Assert.Equal("-a +a", Text(_node.Repair(pod)));
        Assert.Equal(["10.1.0.2", "10.2.0.9", "10.3.0.2"], _node.Reservations());
        Assert.Equal(["eth0", "a", "net2"], _node.Status["web"].Select(s => s.Interface));
        Assert.Equal(eth0, TestNode.Inside(pod, s => s.LinkGet("eth0").Index));
        _node.Check(pod);
        Assert.Equal("", Text(_node.Repair(pod)));
        Assert.True(_node.Sync(pod).IsNone);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Repair_LeavesTheDefaultNetwork_UnlessItIsTold()
    {
        var pod = Attached("n1");
        Delete(pod, "eth0");
        Assert.Equal("", Text(_node.Repair(pod)));
        Assert.Equal(["lo", "net1"], TestNode.Links(pod));
        Assert.Equal("-eth0 +eth0", Text(_node.Repair(pod, withDefaultNetwork: true)));
        Assert.Equal(["10.1.0.1 eth0"], TestNode.DefaultRoutes(pod));
        Assert.Equal(["eth0", "net1"], _node.Status["web"].Select(s => s.Interface));
        Assert.Single(_node.Status["web"], s => s.Default);
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Repair_BringsTheDefaultRouteBack_ThatAPodAskedFor()
    {
        var pod = Attached("""[{"name":"n1","default-route":["10.2.0.1"]}]""");
        Delete(pod, "net1");
        Assert.Empty(TestNode.DefaultRoutes(pod));
        Assert.Equal("-net1 +net1", Text(_node.Repair(pod)));
        Assert.Equal(["10.2.0.1 net1"], TestNode.DefaultRoutes(pod));
        _node.Check(pod);
        Assert.Equal("-net1", string.Join(' ', SyncTo(null).Detached.Select(a => "-" + a.InterfaceName)));
        Assert.Equal(["10.1.0.1 eth0"], TestNode.DefaultRoutes(pod));

        SandboxChange SyncTo(string? networks)
        {
            _node.Source.Annotate("web", networks);
            return _node.Sync(pod);
        }
    }

    [Fact]
    public void ARepairThatFails_IsTriedAgainByTheNext_AndReleasedByDel()
    {
        _node.Source.Definition("one", _node.Bridge("one", "10.9.0.0/29", ",\"rangeStart\":\"10.9.0.2\",\"rangeEnd\":\"10.9.0.2\""), "kube-system");
        _node.Keys = "\"defaultNetworks\":[\"one\"],";
        var pod = Attached("n1");
        Delete(pod, "net1");
        // Somebody takes the address in the moment in which it is free.
        string file = Path.Combine(_node.Folder, "ipam", "one", "10.9.0.2");
        File.WriteAllText(file, "somebody\r\neth0");
        Assert.Contains("no IP addresses available", Assert.Throws<CniException>(() => _node.Repair(pod)).Message);
        Assert.Equal(["eth0", "lo", "net2"], TestNode.Links(pod));
        Assert.Contains("net1", Assert.Throws<CniException>(() => _node.Check(pod)).Message);
        Assert.Throws<CniException>(() => _node.Repair(pod));
        File.Delete(file);
        Assert.Equal("-net1 +net1", Text(_node.Repair(pod)));
        _node.Check(pod);
        Assert.Equal(["eth0", "net1", "net2"], _node.Status["web"].Select(s => s.Interface));
        Delete(pod, "net1");
        File.WriteAllText(file, "somebody\r\neth0");
        Assert.Throws<CniException>(() => _node.Repair(pod));
        _node.Del(pod);
        File.Delete(file);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void ADriftedNetwork_TakesWhatStandsOnItAlong()
    {
        var pod = Attached("n1@below,n2");
        _node.ChangeJournal(pod, journal => journal with
        {
            Attachments = [.. journal.Attachments.Select(a => a.InterfaceName == "net2"
                ? a with { Config = System.Text.Encoding.UTF8.GetBytes("""{"cniVersion":"1.1.0","name":"n2","type":"macvlan","master":"below","linkInContainer":true}""") } : a)],
        });
        var journal = _node.Journals().Single();
        var above = StackedInterfaces.Above([.. journal.Attachments.Where(a => a.InterfaceName != "below")], ["below"]);
        Assert.Equal(["net2"], above.Select(a => a.InterfaceName));
    }

    [Theory]
    [InlineData("n1@x,n2")]
    [InlineData("n2,n1@x")]
    public void Sync_CompletesWhatARepairCouldNot(string networks)
    {
        var pod = Attached("n1@x,n2");
        _node.ChangeJournal(pod, journal => journal with
        {
            Attachments = [.. journal.Attachments.Select(a => a.InterfaceName == "x" ? a with { Attaching = true, Result = null } : a)],
        });
        _node.Source.Annotate("web", networks);
        Assert.Equal("-x +x", Text(_node.Sync(pod)));
        _node.Check(pod);
    }
}
