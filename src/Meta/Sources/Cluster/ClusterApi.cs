using MultiNet.Cni;
using MultiNet.Hosting.Credentials;
using MultiNet.Kubernetes;
using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.Sources.Cluster;

/// <summary>
/// The API server of the configuration, for one call of the plugin: one client, one connection, one budget of time for all that is asked.
/// Nothing is read or connected before the first question, so that what needs no API server never fails for its sake.
/// </summary>
public sealed class ClusterApi : IDisposable
{
    private readonly string _kubeconfig;
    private readonly TimeBudget _budget;
    private ApiServerClient? _client;

    /// <param name="kubeconfig">The path of a kubeconfig; empty for what a pod finds in itself.</param>
    /// <param name="timeout">For all questions together.</param>
    public ClusterApi(string kubeconfig, TimeSpan timeout)
    {
        _kubeconfig = kubeconfig;
        _budget = new TimeBudget(timeout);
    }

    /// <summary>Where the server and the credentials are named, for messages.</summary>
    public string Configured => _kubeconfig.Length > 0 ? $"kubeconfig {_kubeconfig}" : $"service account in {InClusterConfig.DefaultFolder}";

    /// <summary>What it is, for messages: <c>API server https://10.0.0.1:6443</c>.</summary>
    public string Description => _client is null ? "API server" : $"API server {_client.Server.AbsoluteUri.TrimEnd('/')}";

    /// <summary>The API server that a configuration names, or in whose pod this runs; null for none, and where there are manifests instead.</summary>
    public static ClusterApi? Of(MetaConfig config) =>
        config.ManifestDir.Length == 0 && (config.Kubeconfig.Length > 0 || InClusterConfig.IsThere()) ? new ClusterApi(config.Kubeconfig, config.ApiTimeout) : null;

    /// <summary>Asks, and waits for the answer. Questions of one call may be asked side by side, in one task.</summary>
    /// <param name="purpose">What it is for, for the error: <c>cannot get pod default/web</c>.</param>
    /// <param name="right">The permission that it needs, for the error: <c>get pods</c>.</param>
    /// <param name="question">The question.</param>
    /// <exception cref="CniException">Code 11: no answer, or one that may be another later. Code 7: the kubeconfig cannot be used. Code 999: refused.</exception>
    public T Ask<T>(string purpose, string right, Func<ApiServerClient, Task<T>> question)
    {
        _budget.Start();
        try
        {
            return question(_client ??= Open()).GetAwaiter().GetResult();
        }
        catch (KubeApiException e)
        {
            throw ClusterErrors.Refused(this, purpose, right, e);
        }
        catch (KubeConnectionException e)
        {
            throw ClusterErrors.Unreachable(this, purpose, e);
        }
        catch (KubeConfigException e)
        {
            throw ClusterErrors.Misconfigured(this, purpose, e);
        }
        finally
        {
            _budget.Stop();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private ApiServerClient Open()
    {
        var config = _kubeconfig.Length > 0
            ? KubeConfig.Load([_kubeconfig])
            : InClusterConfig.Load() ?? throw new KubeConfigException($"{InClusterConfig.DefaultFolder}: the service account's token is gone");
        if (config.Cluster.CertificateAuthority.Length > 0 || config.Cluster.CertificateAuthorityFile.Length > 0)
            SystemTrust.DoWithout();
        // A server that answers nothing within a third of the time is asked again, by another connection; one that refuses, a few times within
        // two seconds: the runtime tries again, too, and meanwhile a person sees why.
        return new ApiServerClient(config, "multinet (linux)", new CredentialProgram())
        {
            // A process for each pod that starts: it may not take the node's memory.
            LargestAnswer = 16 * 1024 * 1024,
            Retry = new RetryPolicy
            {
                Attempts = 4,
                FirstPause = TimeSpan.FromMilliseconds(200),
                LongestPause = TimeSpan.FromSeconds(2),
                AttemptTimeout = TimeSpan.FromSeconds(Math.Max(5, _budget.Total.TotalSeconds / 3)),
                Budget = _budget,
            },
        };
    }
}
