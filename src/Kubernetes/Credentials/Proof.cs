using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>What proves who we are, as it is at one moment.</summary>
/// <param name="Authorization">The header of requests; null for none.</param>
/// <param name="Certificate">The certificate for the connection, with its key; null for none.</param>
internal sealed record Proof(AuthenticationHeaderValue? Authorization, X509Certificate2? Certificate)
{
    /// <summary>Nothing.</summary>
    public static Proof None { get; } = new(null, null);
}
