using System.Diagnostics;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Tests.Multiplexing;
using MultiNet.Netlink;

namespace MultiNet.Meta.Tests.Reconciling;

/// <summary>Reconciliation releases what no living sandbox owns, and keeps whatever may be alive.</summary>
public sealed class ReconcilerTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);

    private readonly TestNode _node = new();

    // Networks whose addresses nobody else on this machine has: live ones are evidence.
    public ReconcilerTests() => _node.Source
        .Definition("r1", _node.Bridge("r1", "10.213.71.0/24"))
        .Definition("old", _node.Bridge("old", "10.213.72.0/24").Replace("\"1.1.0\"", "\"0.4.0\"", StringComparison.Ordinal));

    public void Dispose() => _node.Dispose();

    private SandboxRequest Attached(string name, string networks, string uid = "")
    {
        var pod = _node.Pod(name, networks);
        _node.Source.Delete(name);
        _node.Source.Pod(name, networks, uid: uid);
        pod = pod with { Pod = new PodReference("default", name, uid) };
        _node.Add(pod);
        return pod;
    }

    [Fact]
    public void AfterAReboot_EverythingIsReleased()
    {
        foreach (var pod in new[] { Attached("a", "r1,old"), Attached("b", "p1,r1") })
        {
            _node.RemoveNamespace(pod);
            _node.ChangeJournal(pod, journal => journal with { BootId = "of an earlier boot" });
        }
        var report = _node.Reconcile(s_long);
        Assert.Equal(["a", "b"], report.Released.Select(r => r.Journal.Pod!.Name).Order());
        Assert.All(report.Released, r => Assert.Contains("started anew", r.Reason));
        Assert.Empty(report.Failures);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void AfterAReboot_ASandboxIsDead_ThoughItsPathLeadsToANamespace()
    {
        var pod = Attached("a", "r1");
        _node.ChangeJournal(pod, journal => journal with { BootId = "of an earlier boot" });
        Assert.Contains("started anew", Assert.Single(_node.Reconcile(s_long).Released).Reason);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void HalfOfTheSandboxesAreDead_TheOthersKeepEverything()
    {
        var pods = Enumerable.Range(0, 6).Select(i => Attached($"pod{i}", "r1,old")).ToList();
        foreach (var dead in pods.Take(3))
            _node.RemoveNamespace(dead);
        var report = _node.Reconcile(s_long);
        Assert.Equal(["pod0", "pod1", "pod2"], report.Released.Select(r => r.Journal.Pod!.Name).Order());
        Assert.Equal(9, _node.Reservations().Length);
        foreach (var alive in pods.Skip(3))
            _node.Check(alive);
        Assert.Empty(_node.Reconcile(s_long).Released);
    }

    [Fact]
    public void ASandboxWhosePathLeadsToAnotherNamespace_IsDead_AndTheOtherIsNotTouched()
    {
        var dead = Attached("dead", "r1");
        var other = Attached("other", "r1");
        // The path was used again: what lives there has the same names and the same link group.
        _node.RemoveNamespace(dead);
        NetworkNamespace.Delete(dead.NetNs);
        File.CreateSymbolicLink(dead.NetNs, other.NetNs);
        var report = _node.Reconcile(s_long);
        Assert.Contains("another network namespace", Assert.Single(report.Released).Reason);
        Assert.Equal(["eth0", "lo", "net1"], TestNode.Links(other));
        _node.Check(other);
        Assert.Equal(2, _node.Reservations().Length);
    }

    [Fact]
    public void ALostJournal_IsReplacedByTheCache_WhenTheNamespaceIsGone()
    {
        var (lost, alive) = (Attached("lost", "r1,old"), Attached("alive", "r1"));
        File.Delete(_node.JournalPath(lost));
        Assert.Empty(_node.Reconcile().Released);
        _node.RemoveNamespace(lost);
        Assert.Equal(lost.ContainerId, Assert.Single(_node.Reconcile().Released).Journal.ContainerId);
        Assert.Equal(2, _node.Reservations().Length);
        _node.Check(alive);
    }

    [Fact]
    public void WhatNobodyKnows_IsReleasedByItsNetwork_WhateverItsVersion()
    {
        var (lost, alive) = (Attached("lost", "r1,old"), Attached("alive", "r1"));
        LoseAllOf(lost);
        Assert.Equal(5, _node.Reservations().Length);
        var report = _node.Reconcile();
        Assert.Equal(["10.1.0.2", "10.213.71.2", "10.213.72.2"], report.Reservations.Select(r => r.Address.ToString()).Order());
        Assert.All(report.Reservations, r => Assert.Equal(lost.ContainerId, r.ContainerId));
        Assert.Equal(["10.1.0.3", "10.213.71.3"], _node.Reservations());
        _node.Check(alive);
    }

    [Theory]
    [InlineData("it was made a moment ago")]
    [InlineData("its address stands in a namespace")]
    [InlineData("a process's cgroup names its container")]
    [InlineData("a journal cannot be read")]
    [InlineData("a cache entry of its container cannot be read")]
    public void WhatNobodyKnows_IsKept_When(string reason)
    {
        var (lost, alive) = (Attached("lost", "r1"), Attached("alive", "r1"));
        LoseAllOf(lost);
        string visible = $"/run/netns/multinet-{Guid.NewGuid():N}";
        try
        {
            if (reason.Contains("namespace", StringComparison.Ordinal))
            {
                Directory.CreateDirectory("/run/netns");
                using var somebody = NetworkNamespace.Create(visible);
                using var socket = somebody.OpenSocket();
                socket.LinkAdd(new VethSpec { Name = "a", Peer = new VethPeer { Name = "b" } });
                foreach (string address in new[] { "10.213.71.2", "10.1.0.2" })
                    socket.AddressAdd(socket.LinkGet("a").Index, new InterfaceAddress { Local = System.Net.IPAddress.Parse(address), PrefixLength = 24 });
            }
            if (reason.Contains("cgroup", StringComparison.Ordinal))
            {
                // The cgroup of this process says what the container would have to be called.
                string own = File.ReadAllLines("/proc/self/cgroup").Select(line => line.Split('/')[^1]).FirstOrDefault(name => name.Length > 0) ?? "/";
                foreach (string file in Directory.GetFiles(Path.Combine(_node.Folder, "ipam"), "10.*", SearchOption.AllDirectories))
                {
                    if (File.ReadAllText(file).StartsWith(lost.ContainerId, StringComparison.Ordinal))
                        File.WriteAllText(file, own + File.ReadAllText(file)[lost.ContainerId.Length..]);
                }
            }
            if (reason.Contains("journal", StringComparison.Ordinal))
                File.WriteAllText(_node.JournalPath(alive), "{");
            if (reason.Contains("cache", StringComparison.Ordinal))
                File.WriteAllText(_node.CachePath("r1", lost, "net1"), "{");
            var report = _node.Reconcile(reason.Contains("moment", StringComparison.Ordinal) ? s_long : default);
            Assert.Empty(report.Reservations);
            Assert.Equal(4, _node.Reservations().Length);
            Assert.True(report.UnownedInDoubt == 2 || report.Failures.Count > 0, "it is reported");
        }
        finally
        {
            NetworkNamespace.Delete(visible);
        }
    }

    [Fact]
    public void AReservationOfALivingSandbox_ThatIsInNoRecord_IsKept()
    {
        var alive = Attached("alive", "r1");
        string file = Path.Combine(_node.Folder, "ipam", "r1", "10.213.71.77");
        File.WriteAllText(file, $"{alive.ContainerId}\r\nnet7");
        Assert.Equal(1, _node.Reconcile().UnownedInDoubt);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void APodThatIsGone_IsReleased_WhenNoProcessIsInItsNamespace_ForAWhile()
    {
        var pod = Attached("web", "r1", uid: "u1");
        Assert.Empty(_node.Reconcile().Released);
        _node.Source.Delete("web");
        Assert.Contains("the pod is gone", Assert.Single(_node.Reconcile(s_long).InDoubt).Reason);
        _node.Check(pod);
        using (var process = Process.Start("nsenter", [$"--net={pod.NetNs}", "sleep", "60"]))
        {
            try
            {
                Assert.True(SpinWait.SpinUntil(() => IsIn(process, pod), TimeSpan.FromSeconds(60)));
                var busy = _node.Reconcile();
                Assert.Empty(busy.Released);
                Assert.Empty(busy.InDoubt);
            }
            finally
            {
                process.Kill();
                process.WaitForExit();
            }
        }
        // A process was seen: the time begins anew.
        Assert.Single(_node.Reconcile(s_long).InDoubt);
        Assert.Contains("the pod is gone", Assert.Single(_node.Reconcile().Released).Reason);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void APodThatWasReplaced_IsReleased_AndOneOfWhichNobodyKnowsIsKept()
    {
        var pod = Attached("web", "r1", uid: "u1");
        _node.Source.PodsFail = true;
        Assert.Contains("not known whether the pod is there", Assert.Single(_node.Reconcile().InDoubt).Reason);
        _node.Source.PodsFail = false;
        _node.Source.Delete("web");
        _node.Source.Pod("web", "r1", uid: "u2");
        Assert.Contains("replaced", Assert.Single(_node.Reconcile().Released).Reason);
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void ADryRun_TouchesNothing()
    {
        var (dead, lost) = (Attached("dead", "r1"), Attached("lost", "r1"));
        _node.RemoveNamespace(dead);
        LoseAllOf(lost);
        // The kernel takes the ends on the node away when it comes to it.
        List<string> Files() => _node.Leftovers().FindAll(line => !line.StartsWith("link ", StringComparison.Ordinal));
        var left = Files();
        var report = _node.Reconcile(dryRun: true);
        Assert.Single(report.Released);
        Assert.Equal(2, report.Reservations.Count);
        Assert.Equal(left, Files());
        report = _node.Reconcile();
        Assert.Single(report.Released);
        Assert.Equal(2, report.Reservations.Count);
        Assert.Empty(Files());
    }

    [Fact]
    public void BesideRunningAdds_NothingOfThemIsReleased()
    {
        var pods = Enumerable.Range(0, 4).Select(i => _node.Pod($"pod{i}", "r1,old")).ToList();
        var errors = new Exception?[pods.Count];
        var threads = pods.Select((pod, i) => new Thread(() => errors[i] = Record.Exception(() =>
        {
            for (int round = 0; round < 10; round++)
            {
                _node.Add(pod);
                _node.Check(pod);
                if (round < 9)
                    _node.Del(pod);
            }
        }))).ToList();
        threads.ForEach(t => t.Start());
        while (threads.Exists(t => t.IsAlive))
            Assert.Empty(_node.Reconcile().Failures);
        threads.ForEach(t => t.Join());
        Assert.All(errors, Assert.Null);
        foreach (var pod in pods)
            _node.Check(pod);
        Assert.Equal(12, _node.Reservations().Length);
    }

    // As when the disk lost everything but the reservations; the namespace ended, too.
    private void LoseAllOf(SandboxRequest pod)
    {
        File.Delete(_node.JournalPath(pod));
        foreach (string entry in Directory.GetFiles(Path.Combine(_node.CniDir, "results"), $"*-{pod.ContainerId}-*"))
            File.Delete(entry);
        _node.RemoveNamespace(pod);
    }

    private static bool IsIn(Process process, SandboxRequest pod)
    {
        using var found = NetworkNamespace.Open(pod.NetNs);
        return new FileInfo($"/proc/{process.Id}/ns/net").LinkTarget == $"net:[{found.Inode}]";
    }
}
