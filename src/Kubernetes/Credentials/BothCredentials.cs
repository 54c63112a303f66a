namespace MultiNet.Kubernetes.Credentials;

/// <summary>A certificate for the connection and a token for the requests.</summary>
internal sealed class BothCredentials(ICredential certificate, ICredential token) : ICredential
{
    /// <inheritdoc/>
    public async ValueTask<Proof> GetAsync(CancellationToken cancellationToken) => new(
        (await token.GetAsync(cancellationToken).ConfigureAwait(false)).Authorization,
        (await certificate.GetAsync(cancellationToken).ConfigureAwait(false)).Certificate);

    /// <inheritdoc/>
    public bool Refresh(Proof refused) => certificate.Refresh(refused) | token.Refresh(refused);
}
