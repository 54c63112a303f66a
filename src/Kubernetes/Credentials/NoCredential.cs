namespace MultiNet.Kubernetes.Credentials;

/// <summary>No credentials at all.</summary>
internal sealed class NoCredential : ICredential
{
    public ValueTask<Proof> GetAsync(CancellationToken cancellationToken) => new(Proof.None);

    public bool Refresh(Proof refused) => false;
}
