using System.Net.Http.Headers;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>A bearer token that stays as it is.</summary>
internal sealed class TokenCredential(string token) : ICredential
{
    private readonly Proof _proof = new(new AuthenticationHeaderValue("Bearer", token), null);

    public ValueTask<Proof> GetAsync(CancellationToken cancellationToken) => new(_proof);

    public bool Refresh(Proof refused) => false;
}
