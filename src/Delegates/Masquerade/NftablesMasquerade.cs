using MultiNet.Cni;

namespace MultiNet.Delegates.Masquerade;

/// <summary>Masquerading with nftables, by netlink.</summary>
internal sealed class NftablesMasquerade
{
    public bool IsAvailable => false;

    public void SetUp(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses) => throw new CniException(CniErrorCode.Internal, "not yet");

    public bool TearDown(MasqueradeNames names) => false;

    public bool Holds(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses) => false;

    public void CollectGarbage(string network, IReadOnlyList<GcAttachment> valid)
    {
    }
}
