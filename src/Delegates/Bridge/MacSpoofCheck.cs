using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

internal sealed class MacSpoofCheck(string containerId, string ifName)
{
    public void SetUp(string hostVeth, MacAddress mac) => throw new CniException(CniErrorCode.Internal, "not yet " + hostVeth + mac + containerId + ifName);

    public bool TearDown() => false;

    public void Check(string hostVeth, MacAddress mac) => throw new CniException(CniErrorCode.Internal, "not yet " + hostVeth + mac);

    public static void CheckAvailable()
    {
    }

    public static void CollectGarbage(RouteSocket host)
    {
    }
}
