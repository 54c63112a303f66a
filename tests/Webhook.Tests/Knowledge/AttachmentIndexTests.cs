using MultiNet.Kubernetes;
using MultiNet.Validation;
using MultiNet.Webhook.Knowledge;

namespace MultiNet.Webhook.Tests.Knowledge;

/// <summary>What pods hold, by network and address.</summary>
public sealed class AttachmentIndexTests
{
    private readonly AttachmentIndex _index = new();

    private static ObjectKey Key(string pod) => new("default", pod);

    private static PodAttachment Held(string pod, string network, string ip, string mac = "") => new(network, new HeldAttachment("default", pod, ip.Length > 0 ? [ip] : [], mac));

    [Fact]
    public void Holders_AreFoundByTheirAddress()
    {
        _index.Put(Key("a"), [Held("a", "default/net1", "10.1.0.5", "02:00:5e:00:53:01"), Held("a", "default/net2", "10.1.0.5")]);
        _index.Put(Key("b"), [Held("b", "default/net1", "10.1.0.5")]);
        Assert.Equal(["a", "b"], _index.Holding("default/net1", "10.1.0.5").Select(held => held.Pod));
        Assert.Equal(["a"], _index.Holding("default/net2", "10.1.0.5").Select(held => held.Pod));
        Assert.Equal(["a"], _index.Holding("default/net1", "02:00:5e:00:53:01").Select(held => held.Pod));
        Assert.Empty(_index.Holding("default/net3", "10.1.0.5"));
    }

    [Fact]
    public void PodThatChanges_HoldsWhatItHasNow()
    {
        _index.Put(Key("a"), [Held("a", "default/net1", "10.1.0.5")]);
        _index.Put(Key("a"), [Held("a", "default/net2", "10.1.0.6")]);
        Assert.Empty(_index.Of("default/net1"));
        Assert.Empty(_index.Holding("default/net1", "10.1.0.5"));
        Assert.Single(_index.Of("default/net2"));
        _index.Put(Key("a"), []);
        Assert.Empty(_index.Of("default/net2"));
        Assert.Equal(0, _index.Count);
    }

    [Fact]
    public void PodThatIsGone_HoldsNothing()
    {
        _index.Put(Key("a"), [Held("a", "default/net1", "10.1.0.5"), Held("a", "default/net1", "10.1.0.6")]);
        _index.Put(Key("b"), [Held("b", "default/net1", "10.1.0.5")]);
        _index.Remove(Key("a"));
        _index.Remove(Key("nobody"));
        Assert.Equal(["b"], _index.Of("default/net1").Select(held => held.Pod));
        Assert.Equal(["b"], _index.Holding("default/net1", "10.1.0.5").Select(held => held.Pod));
    }
}
