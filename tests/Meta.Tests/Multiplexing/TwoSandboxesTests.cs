using MultiNet.Cni;
using MultiNet.Meta.Attaching;

namespace MultiNet.Meta.Tests.Multiplexing;

/// <summary>A runtime may attach one container to two networks, both of this plugin, each under an interface of its own.</summary>
public sealed class TwoSandboxesTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly SandboxRequest _first, _second;

    public TwoSandboxesTests()
    {
        _first = _node.Pod("web", """[{"name":"n1","interface":"a"}]""");
        _second = _first with { IfName = "eth1", Pod = null };
        _node.Add(_first);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Del_OfTheSecond_LeavesTheFirst()
    {
        _node.Add(_second);
        Assert.Equal(["a", "eth0", "eth1", "lo"], TestNode.Links(_first));
        _node.Del(_second);
        Assert.Equal(["a", "eth0", "lo"], TestNode.Links(_first));
        _node.Check(_first);
        _node.Del(_first);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Del_OfTheSecondAgain_LeavesTheFirst()
    {
        _node.Add(_second);
        _node.Del(_second);
        _node.Del(_second);
        _node.Check(_first);
    }

    [Fact]
    public void Add_OfTheSecond_LeavesTheFirst_WhenItFailsAndIsDeleted()
    {
        // Both want the interface "a"; the plan of the pod, which DEL falls back to, has it too.
        var second = _second with { Pod = _first.Pod };
        Assert.Throws<CniException>(() => _node.Add(second));
        _node.Del(second);
        _node.Check(_first);
        Assert.Equal(["10.1.0.2", "10.2.0.2"], _node.Reservations());
        Assert.Equal(["web"], _node.Status.Keys);
    }
}
