using System.Net;
using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Ipam.Dhcp;
using MultiNet.Delegates.Ipam.Dhcp.Leases;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>The life of leases, with a clock and a server that do what the test says.</summary>
public sealed class LeaseKeeperTests : IDisposable
{
    private static readonly LeaseId s_id = new("c1", "net", "eth0");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-dhcp-");
    private readonly FakeTime _time = new();
    private readonly FakeNetwork _network = new();
    private readonly List<string> _log = [];
    private LeaseKeeper _keeper;

    public LeaseKeeperTests() => _keeper = NewKeeper();

    private LeaseStore Store => new(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    private LeaseKeeper NewKeeper(bool broadcast = false) =>
        new(_network, Store, new ClientTimes { Broadcast = broadcast }, _time, _log.Add);

    private static DhcpConfig Config(string ipam = "{}", string args = "") =>
        DhcpConfig.Read(JsonFields.Parse(Encoding.UTF8.GetBytes($$"""{"name":"net","ipam":{{ipam}}}"""), "config"), args);

    private sealed class Outcome
    {
        public Lease? Lease { get; set; }

        public CniException? Error { get; set; }
    }

    private Outcome Allocate(LeaseId? id = null, string netns = "/pod1", string ipam = "{}")
    {
        var outcome = new Outcome();
        _keeper.Allocate(id ?? s_id, netns, Config(ipam), lease => outcome.Lease = lease, error => outcome.Error = error);
        _network.Settle();
        return outcome;
    }

    private Lease Bound(uint leaseSeconds = 1000, Action<DhcpMessage>? more = null)
    {
        _network.Answer = question => FakeNetwork.Give(question, leaseSeconds: leaseSeconds, more: more);
        var lease = Allocate().Lease;
        Assert.NotNull(lease);
        _network.Forget();
        return lease;
    }

    /// <summary>Lets time pass, from one wake to the next.</summary>
    private void Pass(double seconds)
    {
        var end = _time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (_keeper.NextWake is { } next && next <= end.Ticks)
        {
            _time.Advance(TimeSpan.FromTicks(Math.Max(0, next - _time.GetTimestamp())));
            _keeper.RunDue();
            _network.Settle();
        }
        _time.Advance(end - _time.Elapsed);
    }

    /// <summary>The daemon is killed, and another one started after a while.</summary>
    private void Restart(double downSeconds = 0)
    {
        _time.Advance(TimeSpan.FromSeconds(downSeconds));
        _keeper = NewKeeper();
        _keeper.Load();
        _network.Settle();
    }

    [Fact]
    public void Allocate_DiscoversAndRequests_AndClosesTheSocket()
    {
        _network.Answer = question => FakeNetwork.Give(question);
        var lease = Allocate().Lease!;
        Assert.Equal([DhcpMessageType.Discover, DhcpMessageType.Request], _network.Types);
        Assert.All(_network.Sent, sent => Assert.Equal(IPAddress.Broadcast, sent.Destination));
        Assert.Equal("10.0.0.5", lease.Address.ToString());
        Assert.Equal(0, _network.Open);
        Assert.Equal("10.0.0.5", _network.Sent[1].Message.Address(OptionCode.RequestedAddress)!.ToString());
        Assert.Equal(FakeNetwork.Server, _network.Sent[1].Message.Server);
        Assert.Equal(_network.Sent[0].Message.TransactionId, _network.Sent[1].Message.TransactionId);
    }

    [Fact]
    public void Messages_CarryTheClientIdentifierOfTheReference_AndWhatTheConfigurationSays()
    {
        _network.Answer = question => FakeNetwork.Give(question);
        Allocate(ipam: """{"provide":[{"option":"host-name","value":"h1"},{"option":"60","value":"vc"}],"request":[{"option":"121"},{"option":"routers"}]}""");
        foreach (var (message, _, _) in _network.Sent)
        {
            Assert.Equal("\0c1/net/eth0", Encoding.UTF8.GetString(message.Option(OptionCode.ClientIdentifier)!));
            Assert.Equal("h1"u8, message.Option(OptionCode.HostName)!);
            Assert.Equal("vc"u8, message.Option(OptionCode.VendorClass)!);
            Assert.Equal([121, 3, 1], message.Option(OptionCode.ParameterRequestList));
            Assert.Equal([5, 220], message.Option(OptionCode.MaximumMessageSize));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BroadcastFlag_IsSet_WhereTheDaemonSaysSo(bool broadcast)
    {
        _keeper = NewKeeper(broadcast);
        _network.Answer = question => FakeNetwork.Give(question);
        Allocate();
        Assert.All(_network.Sent, sent => Assert.Equal(broadcast, sent.Message.WantsBroadcast));
    }

    [Fact]
    public void ProvidedClientIdentifier_IsUsedInTheReleaseToo()
    {
        _network.Answer = question => FakeNetwork.Give(question);
        Allocate(ipam: """{"provide":[{"option":"dhcp-client-identifier","value":"mine"}]}""");
        _keeper.Release(s_id);
        Assert.Equal(3, _network.Sent.Count);
        Assert.All(_network.Sent, sent => Assert.Equal("mine"u8, sent.Message.Option(OptionCode.ClientIdentifier)!));
    }

    [Fact]
    public void Discover_IsRepeated_WithGrowingPauses_UntilThereAreNoMoreTries()
    {
        var outcome = Allocate();
        var times = new List<double>();
        int seen = 0;
        for (int i = 0; i < 400 && outcome.Error is null; i++)
        {
            if (_network.Sent.Count > seen)
                times.Add(_time.Elapsed.TotalSeconds);
            seen = _network.Sent.Count;
            Pass(0.5);
            Pass(0.1);
        }
        Assert.Equal("no more tries", outcome.Error!.Message);
        Assert.InRange(_time.Elapsed.TotalSeconds, 207.9, 210);
        Assert.All(_network.Types, type => Assert.Equal(DhcpMessageType.Discover, type));
        // 0.5, 1, 2, 4, 8, 16, 32, 62, 62 s in between, more or less.
        Assert.InRange(_network.Sent.Count, 9, 11);
        Assert.Single(_network.Sent.Select(s => s.Message.TransactionId).Distinct());
        Assert.InRange(_network.Sent[^1].Message.Seconds, 100, 208);
        Assert.Equal(0, _network.Open);
        Assert.Equal(0, _keeper.Count);
        Assert.Null(_keeper.NextWake);
    }

    [Fact]
    public void LostAnswer_IsAskedForAgain()
    {
        int requests = 0;
        _network.Answer = question => question.Type == DhcpMessageType.Request && ++requests < 3 ? null : FakeNetwork.Give(question);
        var outcome = Allocate();
        Pass(10);
        Assert.NotNull(outcome.Lease);
        Assert.Equal(3, requests);
    }

    [Fact]
    public void SilentServer_AfterItsOffer_IsLeftForAnotherOne()
    {
        _network.Answer = question => question.Type == DhcpMessageType.Discover ? FakeNetwork.Give(question) : null;
        Allocate();
        Pass(30);
        Assert.True(_network.Types.Count(type => type == DhcpMessageType.Discover) >= 2);
    }

    [Fact]
    public void GivenUpAfterARequest_TheServerIsTold_AsItMayHoldTheAddress()
    {
        _network.Answer = question => question.Type == DhcpMessageType.Discover ? FakeNetwork.Give(question) : null;
        var outcome = Allocate();
        Pass(209);
        Assert.Equal("no more tries", outcome.Error!.Message);
        Assert.Equal(DhcpMessageType.Release, _network.Types[^1]);
    }

    [Fact]
    public void Nak_WhileAsking_BeginsAnew_ButNotAtOnce()
    {
        int requests = 0;
        _network.Answer = question => question.Type == DhcpMessageType.Request && ++requests == 1
            ? FakeNetwork.Reply(question, DhcpMessageType.Nak, "0.0.0.0")
            : FakeNetwork.Give(question);
        var outcome = Allocate();
        Assert.Equal(2, _network.Sent.Count);
        Pass(1);
        Assert.Equal(2, _network.Sent.Count);
        Pass(2);
        Assert.NotNull(outcome.Lease);
        Assert.Equal([DhcpMessageType.Discover, DhcpMessageType.Request, DhcpMessageType.Discover, DhcpMessageType.Request], _network.Types);
    }

    [Fact]
    public void AckWithoutSubnetMask_IsAnError_AndReleased()
    {
        _network.Answer = question => FakeNetwork.Give(question, more: reply => reply.Set(OptionCode.SubnetMask, []));
        Assert.Equal("DHCP option Subnet Mask not found in DHCPACK", Allocate().Error!.Message);
        Assert.Equal(DhcpMessageType.Release, _network.Types[^1]);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("another transaction")]
    [InlineData("another client")]
    [InlineData("a question")]
    [InlineData("no server")]
    [InlineData("no address")]
    [InlineData("multicast")]
    public void Offers_ThatAreNotForUs_AreIgnored(string what)
    {
        Allocate();
        var question = _network.Sent[0].Message;
        var offer = FakeNetwork.Reply(question, DhcpMessageType.Offer, what switch { "no address" => "0.0.0.0", "multicast" => "224.0.0.5", _ => "10.0.0.5" });
        offer = what switch
        {
            "another transaction" => Copy(offer, offer.TransactionId + 1, offer.HardwareAddress, true),
            "another client" => Copy(offer, offer.TransactionId, MacAddress.Parse("02:00:00:00:09:09"), true),
            "a question" => Copy(offer, offer.TransactionId, offer.HardwareAddress, false),
            _ => offer,
        };
        if (what == "no server")
            offer.Set(OptionCode.ServerIdentifier, []);
        _network.Deliver(offer);
        Assert.Equal([DhcpMessageType.Discover], _network.Types);
        // And the right one is still taken.
        _network.Deliver(FakeNetwork.Reply(question, DhcpMessageType.Offer, "10.0.0.5"));
        Assert.Equal([DhcpMessageType.Discover, DhcpMessageType.Request], _network.Types);
    }

    private static DhcpMessage Copy(DhcpMessage message, uint transaction, MacAddress mac, bool isReply)
    {
        var copy = new DhcpMessage { IsReply = isReply, TransactionId = transaction, HardwareAddress = mac, YourAddress = message.YourAddress };
        foreach (var (code, value) in message.Options)
            copy.Set(code, value);
        return copy;
    }

    [Fact]
    public void Renewal_GoesToItsServer_AtHalfTheTime()
    {
        Bound(leaseSeconds: 1000);
        Pass(470);
        Assert.Empty(_network.Sent);
        Pass(31);
        var (message, destination, nextHop) = Assert.Single(_network.Sent);
        Assert.Equal(DhcpMessageType.Request, message.Type);
        Assert.Equal("10.0.0.5", message.ClientAddress.ToString());
        Assert.Null(message.Option(OptionCode.RequestedAddress));
        Assert.Null(message.Server);
        Assert.Equal(FakeNetwork.Server, destination);
        Assert.Equal(FakeNetwork.ServerMac, nextHop);
        Assert.Equal(0, _network.Open);
        // And so on for ever.
        Pass(10_000);
        Assert.InRange(_network.Sent.Count, 20, 23);
        Assert.Equal(1, _keeper.Bound);
    }

    [Fact]
    public void RenewalAndRebindingTimes_AreTheServers_WhereTheyMakeSense()
    {
        Bound(leaseSeconds: 1000, more: reply =>
        {
            reply.Set(OptionCode.RenewalTime, [0, 0, 0, 100]);
            reply.Set(OptionCode.RebindingTime, [0, 0, 0, 200]);
        });
        _network.Answer = _ => null;
        Pass(101);
        Assert.Single(_network.Sent);
        Pass(100);
        Assert.Equal(IPAddress.Broadcast, _network.Sent[^1].Destination);
    }

    [Fact]
    public void SilentServer_IsAskedAgain_ThenAnyServer_ThenTheInterfaceGoesDown()
    {
        Bound(leaseSeconds: 1000);
        _network.Answer = _ => null;
        Pass(849);
        Assert.True(_network.Sent.Count >= 3);
        Assert.All(_network.Sent, sent => Assert.Equal(FakeNetwork.Server, sent.Destination));
        int renewals = _network.Sent.Count;
        Pass(150);
        Assert.True(_network.Sent.Count > renewals);
        Assert.All(_network.Sent.Skip(renewals), sent => Assert.Equal(IPAddress.Broadcast, sent.Destination));
        Assert.Empty(_network.SetDown);
        Assert.Equal(1, _keeper.Bound);
        Pass(2);
        Assert.Equal(["/pod1 eth0"], _network.SetDown);
        Assert.Equal(0, _keeper.Count);
        Assert.Throws<CniException>(() => _keeper.Find(s_id));
    }

    [Fact]
    public void Socket_IsClosed_BetweenTwoTries()
    {
        Bound(leaseSeconds: 100_000);
        _network.Answer = _ => null;
        Pass(50_000);
        Assert.Equal(0, _network.Open);
        Assert.NotEmpty(_network.Sent);
    }

    [Fact]
    public void AnyServer_MayRebind()
    {
        Bound(leaseSeconds: 1000);
        _network.Answer = question => _network.Sent[^1].Destination.Equals(IPAddress.Broadcast)
            ? FakeNetwork.Give(question, more: reply => reply.Set(OptionCode.ServerIdentifier, [10, 0, 0, 2]))
            : null;
        Pass(2000);
        Assert.Equal(1, _keeper.Bound);
        Assert.Empty(_network.SetDown);
        Assert.Equal("10.0.0.2", _keeper.Find(s_id).Message.Server!.ToString());
    }

    [Fact]
    public void Renewal_ThatSaysLess_KeepsWhatWasSaidBefore()
    {
        Bound();
        _network.Answer = question =>
        {
            var reply = new DhcpMessage { IsReply = true, TransactionId = question.TransactionId, HardwareAddress = question.HardwareAddress, YourAddress = IPAddress.Parse("10.0.0.5") };
            reply.Set(OptionCode.MessageType, [(byte)DhcpMessageType.Ack]);
            reply.Set(OptionCode.ServerIdentifier, FakeNetwork.Server);
            reply.Set(OptionCode.LeaseTime, [0, 0, 7, 208]);
            return reply;
        };
        Pass(501);
        var terms = new LeaseTerms(_keeper.Find(s_id).Message);
        Assert.Equal(24, terms.PrefixLength);
        Assert.Equal(FakeNetwork.Server, terms.Gateway);
        Assert.Equal(2000u, terms.LeaseSeconds);
    }

    [Fact]
    public void Nak_OnRenewal_AsksForTheSameAddressOnceMore()
    {
        Bound();
        _network.Answer = question => question.Type == DhcpMessageType.Request && !question.ClientAddress.Equals(IPAddress.Any)
            ? FakeNetwork.Reply(question, DhcpMessageType.Nak, "0.0.0.0")
            : FakeNetwork.Give(question);
        Pass(501);
        Assert.Equal([DhcpMessageType.Request, DhcpMessageType.Discover, DhcpMessageType.Request], _network.Types);
        Assert.Equal("10.0.0.5", _network.Sent[1].Message.Address(OptionCode.RequestedAddress)!.ToString());
        Assert.Equal(1, _keeper.Bound);
        Assert.Empty(_network.SetDown);
    }

    [Fact]
    public void Nak_OnRenewal_AndAnotherAddress_TakesTheInterfaceDown()
    {
        Bound();
        _network.Answer = question => question.Type == DhcpMessageType.Request
            ? FakeNetwork.Reply(question, DhcpMessageType.Nak, "0.0.0.0")
            : FakeNetwork.Give(question, "10.0.0.77");
        Pass(501 + 210);
        Assert.Equal(["/pod1 eth0"], _network.SetDown);
        Assert.Equal(0, _keeper.Count);
    }

    [Fact]
    public void LeaseForEver_IsNeverRenewed()
    {
        Bound(leaseSeconds: uint.MaxValue);
        Assert.Null(_keeper.NextWake);
        Restart();
        Assert.Null(_keeper.NextWake);
        Assert.Equal(1, _keeper.Bound);
    }

    [Fact]
    public void ContainerThatIsGone_IsDropped_AtRenewal()
    {
        Bound();
        _network.Links.Clear();
        Pass(501);
        Assert.Equal(0, _keeper.Count);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Release_TellsTheServer_AndForgets()
    {
        Bound();
        _keeper.Release(s_id);
        var (message, destination, nextHop) = Assert.Single(_network.Sent);
        Assert.Equal(DhcpMessageType.Release, message.Type);
        Assert.Equal("10.0.0.5", message.ClientAddress.ToString());
        Assert.Equal(FakeNetwork.Server, message.Server);
        Assert.Equal(FakeNetwork.Server, destination);
        Assert.Equal(FakeNetwork.ServerMac, nextHop);
        Assert.Equal(0, _keeper.Count);
        Assert.Equal(0, _network.Open);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
        _keeper.Release(s_id);
        Assert.Single(_network.Sent);
    }

    [Fact]
    public void Release_WhileAsking_EndsIt()
    {
        var outcome = Allocate();
        _keeper.Release(s_id);
        Assert.NotNull(outcome.Error);
        Assert.Equal(0, _keeper.Count);
        Assert.Equal(0, _network.Open);
    }

    [Fact]
    public void SecondAdd_GetsTheSameLease()
    {
        Bound();
        Assert.Equal("10.0.0.5", Allocate().Lease!.Address.ToString());
        Assert.Empty(_network.Sent);
    }

    [Fact]
    public void TwoAddsAtATime_GetOneLease()
    {
        var first = Allocate();
        var second = Allocate();
        _network.Answer = question => FakeNetwork.Give(question);
        Pass(2);
        Assert.NotNull(first.Lease);
        Assert.NotNull(second.Lease);
        Assert.Equal(1, _network.Types.Count(type => type == DhcpMessageType.Request));
    }

    [Fact]
    public void ContainerMadeAnew_WithoutDel_GetsALeaseOfItsOwn()
    {
        Bound();
        _network.Links["/pod1 eth0"] = MacAddress.Parse("02:00:00:00:07:07");
        var lease = Allocate().Lease!;
        Assert.Equal("02:00:00:00:07:07", lease.HardwareAddress.ToString());
        Assert.Contains(DhcpMessageType.Discover, _network.Types);
    }

    [Fact]
    public void Collect_ReleasesOnlyWhatNobodyHas_InThatNetwork()
    {
        Bound();
        foreach (var id in (LeaseId[])[new("c2", "net", "eth0"), new("c2", "net", "eth1"), new("c3", "other", "eth0")])
        {
            _network.Links[$"/{id.ContainerId} {id.IfName}"] = MacAddress.Random();
            Allocate(id, $"/{id.ContainerId}");
        }
        _keeper.Collect("net", [new GcAttachment("c2", "eth1")]);
        Assert.Equal(2, _keeper.Bound);
        _keeper.Find(new("c2", "net", "eth1"));
        _keeper.Find(new("c3", "other", "eth0"));
        Assert.Equal(2, _network.Types.Count(type => type == DhcpMessageType.Release));
    }

    [Fact]
    public void Restart_GoesOn_AsIfNothingHadBeen()
    {
        Bound(leaseSeconds: 1000);
        Restart(downSeconds: 100);
        Assert.Equal(1, _keeper.Bound);
        Assert.Empty(_network.Sent);
        Pass(370);
        Assert.Empty(_network.Sent);
        Pass(31);
        Assert.Equal(FakeNetwork.Server, Assert.Single(_network.Sent).Destination);
        _keeper.Release(s_id);
        Assert.Equal("\0c1/net/eth0", Encoding.UTF8.GetString(_network.Sent[^1].Message.Option(OptionCode.ClientIdentifier)!));
    }

    [Fact]
    public void Restart_AfterTheRenewalTime_RenewsAtOnce_AfterT2AsksAnyServer()
    {
        Bound(leaseSeconds: 1000);
        Restart(downSeconds: 600);
        Pass(0.1);
        Assert.Equal(FakeNetwork.Server, Assert.Single(_network.Sent).Destination);
        _network.Forget();
        Restart(downSeconds: 900);
        Pass(0.1);
        Assert.Equal(IPAddress.Broadcast, _network.Sent[0].Destination);
        Assert.Equal(1, _keeper.Bound);
    }

    [Fact]
    public void Restart_AfterTheEnd_AsksForTheSameAddress_OrTakesTheInterfaceDown()
    {
        Bound(leaseSeconds: 1000);
        Restart(downSeconds: 1001);
        Assert.Equal([DhcpMessageType.Discover, DhcpMessageType.Request], _network.Types);
        Assert.Equal(1, _keeper.Bound);

        _network.Answer = _ => null;
        Restart(downSeconds: 1001);
        Pass(210);
        Assert.Equal(["/pod1 eth0"], _network.SetDown);
        Assert.Equal(0, _keeper.Count);
    }

    [Fact]
    public void Restart_DropsContainersThatAreGone_AndInterfacesThatAreOthersNow()
    {
        Bound();
        _network.Links["/pod1 eth0"] = MacAddress.Parse("02:00:00:00:07:07");
        Restart();
        Assert.Equal(0, _keeper.Count);
        Assert.Empty(_network.Sent);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Restart_ReleasesWhatADelHasMarked()
    {
        Bound();
        Assert.True(Store.MarkReleased(s_id));
        Restart();
        Assert.Equal([DhcpMessageType.Release], _network.Types);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void KilledBetweenRequestAndAck_TheDelThatFollowsReleases()
    {
        _network.Answer = question => question.Type == DhcpMessageType.Discover ? FakeNetwork.Give(question) : null;
        Allocate();
        _network.Forget();
        Restart();
        Assert.Equal(0, _keeper.Bound);
        Assert.Empty(_network.Sent);
        _keeper.Release(s_id);
        Assert.Equal([DhcpMessageType.Release], _network.Types);
        Assert.Equal("10.0.0.5", _network.Sent[0].Message.ClientAddress.ToString());
    }

    [Fact]
    public void MissingInterface_IsAnError_AndLeavesNothing()
    {
        var outcome = Allocate(netns: "/nowhere");
        Assert.Equal("error looking up \"eth0\": Link not found", outcome.Error!.Message);
        Assert.Equal(0, _keeper.Count);
    }

    [Fact]
    public void ManyLeases_AreRenewedEach()
    {
        _network.Answer = question => FakeNetwork.Give(question);
        for (int i = 0; i < 2000; i++)
        {
            _network.Links[$"/many{i} eth0"] = MacAddress.Random();
            Assert.NotNull(Allocate(new($"m{i}", "net", "eth0"), $"/many{i}").Lease);
        }
        _network.Forget();
        Pass(501);
        Assert.Equal(2000, _network.Sent.Count);
        Assert.Equal(2000, _keeper.Bound);
        Assert.Equal(0, _network.Open);
        Assert.True(_keeper.NextWake > _time.GetTimestamp());
    }
}
