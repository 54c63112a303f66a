using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates;

/// <summary>STATUS (CNI 1.1.0): whatever a plugin would fail by at ADD is code 50 there.</summary>
internal static class Availability
{
    /// <summary>Runs what shows whether the plugin can serve.</summary>
    /// <exception cref="CniException">Code 50: it cannot.</exception>
    public static void Check(Action check)
    {
        try
        {
            check();
        }
        catch (KernelException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, "", e);
        }
        catch (CniException e) when (e.Code != CniErrorCode.PluginNotAvailable)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
        }
    }
}
