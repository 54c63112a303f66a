using System.Text.Json;

namespace MultiNet.Netlink.Tests.Qdiscs;

public sealed class QdiscTests : IDisposable
{
    private readonly TestNamespace _host = new();
    private readonly int _link;

    public QdiscTests() => _link = _host.AddVeth();

    public void Dispose() => _host.Dispose();

    private JsonElement Shown(string kind) =>
        Assert.Single(_host.Json("tc", "-j -s qdisc show dev a").EnumerateArray(), item => item.GetProperty("kind").GetString() == kind);

    [Theory]
    [InlineData(1_000_000UL, 200_000UL, "8mbit")]
    [InlineData(125_000_000UL, 4_000_000UL, "1gbit")]
    [InlineData(5_000_000_000UL, 50_000_000UL, "40gbit")]
    [InlineData(1_000UL, 3_000UL, "8kbit")]
    public void QdiscAdd_MakesTheTokenBucket_ThatTcMakes(ulong rate, ulong burst, string tcRate)
    {
        var bucket = new TokenBucket(rate, (uint)(rate / 40 + burst), SchedulerClock.Read().Ticks(burst, rate));
        _host.Socket.QdiscAdd(_link, new TokenBucketSpec { Bucket = bucket });
        var ours = Shown("tbf");
        Assert.Equal("1:", ours.GetProperty("handle").GetString());
        Assert.True(ours.GetProperty("root").GetBoolean());
        Assert.Equal(rate, ours.GetProperty("options").GetProperty("rate").GetUInt64());
        // tc reads buckets back in whole microseconds, rounded down.
        Assert.InRange(ours.GetProperty("options").GetProperty("burst").GetUInt64(), burst - 2 * rate / 1_000_000 - 2, burst);
        Assert.Equal(25_000, ours.GetProperty("options").GetProperty("lat").GetInt64(), 100.0);

        Assert.Equal(
            new Qdisc { LinkIndex = _link, Kind = "tbf", Handle = TrafficHandle.Of(1, 0), Parent = TrafficHandle.Root, TokenBucket = bucket },
            _host.Socket.QdiscGet(_link, TrafficHandle.Root));

        _host.Exec("tc", "qdisc del dev a root");
        _host.Exec("tc", $"qdisc add dev a handle 1: root tbf rate {tcRate} burst {burst} limit {bucket.Limit}");
        var tcs = _host.Socket.QdiscGet(_link, TrafficHandle.Root)!.TokenBucket!;
        Assert.Equal((bucket.Rate, bucket.Limit), (tcs.Rate, tcs.Limit));
        Assert.InRange((double)tcs.Buffer, bucket.Buffer * 0.995 - 32, bucket.Buffer * 1.005 + 32);
    }

    [Fact]
    public void QdiscAdd_RefusesASecondOne_AndReplaceChangesIt()
    {
        var spec = new TokenBucketSpec { Bucket = new TokenBucket(1_000_000, 100_000, 1_000_000) };
        _host.Socket.QdiscAdd(_link, spec);
        var error = Assert.Throws<NetlinkException>(() => _host.Socket.QdiscAdd(_link, spec));
        Assert.True(error.IsExists);
        Assert.StartsWith($"add qdisc tbf 1: of link {_link}: ", error.Message);
        _host.Socket.QdiscReplace(_link, new TokenBucketSpec { Bucket = spec.Bucket with { Rate = 2_000_000 } });
        Assert.Equal(2_000_000, Shown("tbf").GetProperty("options").GetProperty("rate").GetInt32());
    }

    [Theory]
    [InlineData("ingress")]
    [InlineData("clsact")]
    public void QdiscAdd_MakesAPlaceForFilters(string kind)
    {
        QdiscSpec spec = kind == "ingress" ? new IngressSpec() : new ClsactSpec();
        _host.Socket.QdiscAdd(_link, spec);
        Assert.Equal("ffff:", Shown(kind).GetProperty("handle").GetString());
        Assert.Equal("ffff:fff1", Shown(kind).GetProperty("parent").GetString());
        Assert.Equal(kind, _host.Socket.QdiscGet(_link, TrafficHandle.Ingress)!.Kind);
        Assert.Equal([kind], _host.Socket.QdiscList(_link).Where(q => q.Handle != default).Select(q => q.Kind));
        _host.Socket.QdiscDelete(_link, spec);
        Assert.Null(_host.Socket.QdiscGet(_link, TrafficHandle.Ingress));
    }

    [Fact]
    public void QdiscGet_FindsNothing_WhereNothingStands()
    {
        Assert.Equal(("noqueue", 0U), (_host.Socket.QdiscGet(_link, TrafficHandle.Root)!.Kind, _host.Socket.QdiscGet(_link, TrafficHandle.Root)!.Handle.Value));
        Assert.Null(_host.Socket.QdiscGet(_link, TrafficHandle.Ingress));
        Assert.Equal("ENODEV", Assert.Throws<NetlinkException>(() => _host.Socket.QdiscGet(9999, TrafficHandle.Root)).ErrnoName);
        // The socket is in step with the kernel after each.
        Assert.Equal(_link, _host.Socket.LinkGet("a").Index);
    }

    [Fact]
    public void QdiscDelete_DeletesNothingElse()
    {
        var bucket = new TokenBucketSpec { Bucket = new TokenBucket(1_000_000, 100_000, 1_000_000) };
        Assert.Equal("EINVAL", Assert.Throws<NetlinkException>(() => _host.Socket.QdiscDelete(_link, bucket)).ErrnoName);
        Assert.True(Assert.Throws<NetlinkException>(() => _host.Socket.QdiscDelete(_link, new IngressSpec())).IsNotFound);
        _host.Exec("tc", "qdisc add dev a root handle 1: pfifo limit 10");
        Assert.Equal("EINVAL", Assert.Throws<NetlinkException>(() => _host.Socket.QdiscDelete(_link, bucket)).ErrnoName);
        _host.Exec("tc", "qdisc replace dev a root handle 2: tbf rate 1mbit burst 10000 limit 10000");
        Assert.Equal("EINVAL", Assert.Throws<NetlinkException>(() => _host.Socket.QdiscDelete(_link, bucket)).ErrnoName);
        _host.Socket.QdiscDelete(_link, bucket with { Handle = TrafficHandle.Of(2, 0) });
        Assert.Equal("noqueue", _host.Socket.QdiscGet(_link, TrafficHandle.Root)!.Kind);
    }

    [Fact]
    public void SchedulerClock_ReadsTheKernels() => Assert.Equal(15.625, SchedulerClock.Read().TicksPerMicrosecond);

    [Theory]
    [InlineData(1_000_000UL, 1_000_000UL, 15_625_000U)]
    [InlineData(1UL, 3UL, 5_208_328U)]
    [InlineData(4_294_967_294UL, 1UL, uint.MaxValue)]
    [InlineData(0UL, 1UL, 0U)]
    public void SchedulerClock_CountsTicks_AndStopsAtTheLargestNumber(ulong bytes, ulong rate, uint ticks) =>
        Assert.Equal(ticks, SchedulerClock.Read().Ticks(bytes, rate));

    [Theory]
    [InlineData("")]
    [InlineData("x y z")]
    [InlineData("000003e8 00000000 000f4240 3b9aca00")]
    [InlineData("000003e8 00000040")]
    public void SchedulerClock_RefusesWhatIsNone(string text) => Assert.Throws<KernelException>(() => SchedulerClock.Parse(text));

    [Theory]
    [InlineData(0xffffffffU, "root")]
    [InlineData(0x00010000U, "1:")]
    [InlineData(0xfffffff1U, "ffff:fff1")]
    [InlineData(0x00100001U, "10:1")]
    public void TrafficHandle_IsWrittenAsTcWritesIt(uint value, string text) => Assert.Equal(text, new TrafficHandle(value).ToString());
}
