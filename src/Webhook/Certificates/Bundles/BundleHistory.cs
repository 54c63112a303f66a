using MultiNet.Webhook.Certificates.Authorities;

namespace MultiNet.Webhook.Certificates.Bundles;

/// <summary>
/// Since when this replica has seen an authority in every webhook configuration that there is. API servers follow the configurations a moment
/// behind: an authority is trusted by all of them only when it has been there for <see cref="Settle"/>.
/// </summary>
internal sealed class BundleHistory
{
    /// <summary>How far an API server may be behind.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    private Dictionary<string, DateTimeOffset> _since = [];

    /// <summary>Notes what was read.</summary>
    public void Note(IReadOnlyList<PublishedBundle> bundles, IEnumerable<CertificateAuthority> authorities, DateTimeOffset now)
    {
        var published = bundles.Select(b => b.Authorities().Select(a => a.Id).ToHashSet()).ToList();
        var since = new Dictionary<string, DateTimeOffset>();
        foreach (var authority in authorities)
        {
            // Where nothing is registered, nobody calls.
            if (published.TrueForAll(p => p.Contains(authority.Id)))
                since[authority.Id] = _since.TryGetValue(authority.Id, out var earlier) && earlier < now ? earlier : now;
        }
        _since = since;
    }

    /// <summary>Is it in every configuration?</summary>
    public bool IsPublished(CertificateAuthority authority) => _since.ContainsKey(authority.Id);

    /// <summary>When it will have been there for long enough; null where it is not there.</summary>
    public DateTimeOffset? SettledAt(CertificateAuthority authority) => _since.TryGetValue(authority.Id, out var since) ? since + Settle : null;
}
