namespace MultiNet.Kubernetes.Credentials;

/// <summary>A source of credentials that may change while the process lives.</summary>
internal interface ICredential
{
    /// <summary>The credentials of now; cached where getting them is expensive.</summary>
    /// <exception cref="KubeConfigException">They cannot be had.</exception>
    ValueTask<Proof> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server did not accept what <see cref="GetAsync"/> gave.</summary>
    /// <returns>Whether asking again might give something else.</returns>
    bool Refresh(Proof refused);
}
