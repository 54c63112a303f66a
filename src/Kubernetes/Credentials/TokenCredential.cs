using System.Net.Http.Headers;
using MultiNet.Kubernetes.KubeConfigs;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>A bearer token that stands in a kubeconfig. Whoever replaces the file replaces the token: it is read again when the server refuses the one of before.</summary>
internal sealed class TokenCredential(KubeConfigUser user) : ICredential
{
    private readonly Lock _lock = new();
    private Proof _proof = ProofOf(user.Token);

    public ValueTask<Proof> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(_proof);
    }

    public bool Refresh(Proof refused)
    {
        lock (_lock)
        {
            string known = _proof.Authorization!.Parameter!;
            if (refused.Authorization?.Parameter != known)
                return true; // another request was faster
            string token = user.KubeConfigFile.Length > 0 ? KubeConfigFile.TokenOf(user.KubeConfigFile, user.Name) : "";
            if (token.Length == 0 || token == known)
                return false;
            _proof = ProofOf(token);
            return true;
        }
    }

    private static Proof ProofOf(string token) => new(new AuthenticationHeaderValue("Bearer", token), null);
}
