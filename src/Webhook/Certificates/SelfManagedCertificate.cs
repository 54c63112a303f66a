using System.Globalization;
using System.Net.Security;
using System.Runtime.ExceptionServices;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates.Authorities;
using MultiNet.Webhook.Certificates.Bundles;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Certificates;

/// <summary>
/// A certificate that the replicas see to by themselves: an authority that they share in a Secret, a leaf of a week in the memory of each, and
/// <c>caBundle</c> of their webhook configurations. An authority signs only when every configuration has had it for a while, and stays in the
/// bundle until it expires: at no moment does the API server refuse a certificate that a replica shows. docs/webhook-certificates.md tells it all.
/// </summary>
internal sealed partial class SelfManagedCertificate : IServingCertificate, IDaemonLoop
{
    /// <summary>How often everything is looked at, also where no watch tells of a change.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>After so long a replica without a certificate shows one that is not published everywhere: it can only be better than none.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromSeconds(30);
    private const int MostTries = 8;

    private readonly ApiServerClient _api;
    private readonly AuthorityStore _store;
    private readonly BundlePublisher _publisher;
    private readonly IReadOnlyList<string> _names, _configurations;
    private readonly DaemonLog _log;
    private readonly WebhookMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly BundleHistory _history = new();

    // The authorities that were good when the Secret was last read: another one made in its place publishes them, too.
    private IReadOnlyList<CertificateAuthority> _known = [];
    private volatile ServingLeaf? _leaf;
    private DateTimeOffset? _waitingSince;

    /// <param name="api">The API server.</param>
    /// <param name="secret">The Secret with the authorities.</param>
    /// <param name="service">The Service in the same namespace by which the API server calls.</param>
    /// <param name="configurations">The names of the webhook configurations whose bundle is seen to.</param>
    /// <param name="log">The log.</param>
    /// <param name="metrics">What is counted.</param>
    /// <param name="time">The clock.</param>
    public SelfManagedCertificate(
        ApiServerClient api, ObjectKey secret, string service, IReadOnlyList<string> configurations, DaemonLog log, WebhookMetrics metrics, TimeProvider time)
    {
        _api = api;
        _store = new AuthorityStore(api, secret);
        _publisher = new BundlePublisher(api, configurations);
        _configurations = configurations;
        _names = [service, $"{service}.{secret.Namespace}", $"{service}.{secret.Namespace}.svc", $"{service}.{secret.Namespace}.svc.cluster.local"];
        _log = log;
        _metrics = metrics;
        _time = time;
    }

    /// <inheritdoc/>
    public string Name => "certificate";

    /// <inheritdoc/>
    public SslStreamCertificateContext? Current => _leaf?.Context;

    /// <inheritdoc/>
    public DateTimeOffset NotAfter => _leaf?.NotAfter ?? DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watches = Watches(end.Token);
        try
        {
            await PassAgainAndAgainAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // In the middle of a request.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watches).ConfigureAwait(false);
        }
    }

    private async Task PassAgainAndAgainAsync(CancellationToken stopping)
    {
        var pause = s_firstPause;
        while (!stopping.IsCancellationRequested)
        {
            DateTimeOffset next;
            try
            {
                next = await PassAsync(stopping).ConfigureAwait(false);
                pause = s_firstPause;
            }
            catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException)
            {
                _metrics.CertificateReloadErrors.Add(1);
                _log.Warning($"certificates are not seen to, tried again in {pause.TotalSeconds:0} s: {e.Message}", new LogSubject { Part = Name });
                next = _time.GetUtcNow() + pause;
                pause = pause * 2 > s_longestPause ? s_longestPause : pause * 2;
            }
            await SleepAsync(next, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at everything once and does what is due.</summary>
    /// <returns>When it has to be done again, at the latest.</returns>
    /// <inheritdoc cref="ApiServerClient.GetAsync{T}(ResourceType{T}, ObjectKey, CancellationToken)" path="/exception"/>
    internal async Task<DateTimeOffset> PassAsync(CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            var now = _time.GetUtcNow();
            KubeApiException? refusal = null;
            IReadOnlyList<PublishedBundle>? bundles = [];
            try
            {
                // Configurations before the Secret: what they have of an authority that the Secret does not know is then certainly out of date,
                // and not the work of a replica that is ahead of this one.
                bundles = await _publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (KubeApiException e) when (e.IsForbidden)
            {
                refusal = e;
            }
            var set = await AuthoritiesAsync(bundles, now, cancellationToken).ConfigureAwait(false);
            try
            {
                bundles = set is null ? null : await PublishAsync(bundles, set, now, cancellationToken).ConfigureAwait(false);
            }
            catch (KubeApiException e)
            {
                refusal = e;
            }
            if (set is null || bundles is null)
            {
                if (tries == MostTries)
                    return now + s_firstPause; // others write all the time
                continue;
            }
            if (refusal is null)
                _history.Note(bundles, set.All, now);
            Sign(set, now);
            if (refusal is not null)
                ExceptionDispatchInfo.Throw(refusal);
            return NextPass(set, now);
        }
    }

    // The set as it is now, after what is due was written. Null: somebody else was faster.
    private async Task<AuthoritySet?> AuthoritiesAsync(IReadOnlyList<PublishedBundle> bundles, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var secret = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        AuthoritySet? set = null;
        string why = secret is null ? $"there is no secret {_store.Key}" : $"secret {_store.Key} has no authority";
        try
        {
            set = secret is null ? null : AuthoritySet.Read(secret);
            if (set is not null && set.Current.NotAfter <= now)
            {
                why = $"the authority in secret {_store.Key} has expired";
                set = null;
            }
        }
        catch (UnusableCertificateException e)
        {
            _metrics.CertificateReloadErrors.Add(1);
            why = e.Message;
        }
        var due = set is null ? AuthoritySet.Make([.. _known, .. bundles.SelectMany(b => b.Authorities()).Where(a => a.IsOurs)], now) : Due(set, now);
        if (due is not null)
        {
            if (!await _store.WriteAsync(secret, due, cancellationToken).ConfigureAwait(false))
                return null;
            _log.Info(
                set is null ? $"made a new authority, valid until {Text(due.Current.NotAfter)}: {why}"
                : due.Next is not null ? $"made the next authority, valid until {Text(due.Next.NotAfter)}; it is published, and signs later"
                : $"the next authority signs from now on, valid until {Text(due.Current.NotAfter)}", new LogSubject { Part = Name });
            set = due;
        }
        _known = [.. set!.All];
        return set;
    }

    private AuthoritySet? Due(AuthoritySet set, DateTimeOffset now)
    {
        if (set.MustBeSucceeded(now))
            return set.WithNext(now);
        return set.Next is { } next && _history.SettledAt(next) <= now ? set.WithNextAsCurrent(now) : null;
    }

    private async Task<IReadOnlyList<PublishedBundle>?> PublishAsync(
        IReadOnlyList<PublishedBundle> bundles, AuthoritySet set, DateTimeOffset now, CancellationToken cancellationToken)
    {
        byte[] wanted = set.Bundle(now);
        var published = new List<PublishedBundle>();
        foreach (var bundle in bundles)
        {
            bool isRight = bundle.Is(wanted);
            NoteBundle(bundle, isRight);
            if (await _publisher.PublishAsync(bundle, wanted, cancellationToken).ConfigureAwait(false) is not { } written)
                return null;
            published.Add(written);
            if (!isRight)
            {
                NoteBundle(bundle, written.Is(wanted));
                _log.Info($"wrote caBundle of {bundle.Type.Plural} {bundle.Configuration.Metadata.Name}", new LogSubject { Part = Name });
            }
        }
        return published;
    }

    private void NoteBundle(PublishedBundle bundle, bool isRight) =>
        _metrics.CaBundleInSync.Set(isRight ? static () => 1 : static () => 0, bundle.Type.Plural, bundle.Configuration.Metadata.Name);

    private void Sign(AuthoritySet set, DateTimeOffset now)
    {
        var leaf = _leaf;
        if (leaf is not null && leaf.AuthorityId == set.Current.Id ? now < leaf.RenewAt : !MayShow(set, leaf, now))
            return;
        leaf = ServingLeaf.Make(set.Current, _names, now);
        _leaf = leaf;
        _waitingSince = null;
        _log.Info($"serving a certificate for {_names[2]}, valid until {Text(leaf.NotAfter)}", new LogSubject { Part = Name });
    }

    // May a certificate of another authority than the leaf's be shown?
    private bool MayShow(AuthoritySet set, ServingLeaf? leaf, DateTimeOffset now)
    {
        bool isSettled = _history.SettledAt(set.Current) <= now;
        if (leaf is not null && leaf.NotAfter > now && set.All.Any(a => a.Id == leaf.AuthorityId))
            return isSettled; // there is no hurry: what it shows is still trusted
        // Nothing of use is shown. An authority of some age, or the first one ever, is as good as settled.
        bool isFresh = set.Former.Count > 0 && now - set.Current.MadeAt < 2 * BundleHistory.Settle;
        if (_history.IsPublished(set.Current) && (isSettled || !isFresh))
            return true;
        return now - (_waitingSince ??= now) >= Patience;
    }

    private DateTimeOffset NextPass(AuthoritySet set, DateTimeOffset now)
    {
        var next = now + Period;
        Earlier(ref next, _leaf?.RenewAt);
        Earlier(ref next, set.Current.RenewAt);
        Earlier(ref next, set.Next is { } coming ? _history.SettledAt(coming) : null);
        if (_leaf is null || _leaf.AuthorityId != set.Current.Id)
            Earlier(ref next, _history.SettledAt(set.Current) ?? now + s_firstPause);
        // A time that has passed: what was due waits for something else.
        return next > now ? next : now + s_firstPause;

        static void Earlier(ref DateTimeOffset next, DateTimeOffset? due)
        {
            if (due < next)
                next = due.Value;
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
