using MultiNet.Cni;

namespace MultiNet.Meta.Attaching;

/// <summary>The file that says that the cluster's default network is ready (<c>readinessindicatorfile</c>).</summary>
internal static class ReadinessIndicator
{
    // What Multus waits; kubelet's own patience with a sandbox is minutes.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);

    /// <summary>Waits for the file.</summary>
    /// <exception cref="CniException">Code 11: it did not appear in 45 seconds.</exception>
    public static void Wait(string path)
    {
        if (path.Length == 0)
            return;
        long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (!File.Exists(path))
        {
            if (Environment.TickCount64 >= deadline)
            {
                throw new CniException(
                    CniErrorCode.TryAgainLater,
                    $"have you checked that your default network is ready? still waiting for readinessindicatorfile @ {path}",
                    $"waited {s_patience.TotalSeconds:0} seconds for the file");
            }
            Thread.Sleep(50);
        }
    }

    /// <summary>Demands the file now.</summary>
    /// <exception cref="CniException">Code 50: it is not there.</exception>
    public static void Require(string path)
    {
        if (path.Length > 0 && !File.Exists(path))
            throw new CniException(CniErrorCode.PluginNotAvailable, $"the default network is not ready: readinessindicatorfile {path} is missing");
    }
}
