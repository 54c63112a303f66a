using System.Globalization;
using System.Text.Json;

namespace MultiNet.Kubernetes;

/// <summary>
/// Lets one of several processes do something, by a lease that they renew or wait for: the protocol of client-go's leader election. Nobody's
/// clock is compared with another's: a lease is free when nothing of it has changed for its duration, as seen from here. Two may believe to
/// hold it only where a process is stopped and continued; what must be safe even then needs a check of its own, such as a resource version.
/// </summary>
/// <param name="api">The API server. Its retries should end well before <see cref="LeaseTimes.GiveUp"/>.</param>
/// <param name="key">The lease; it is made where it is missing.</param>
/// <param name="identity">Who we are, different from all others and at every start: <c>pod-name_uid</c>.</param>
/// <param name="times">The times, the same for all that take part.</param>
/// <param name="time">The clock.</param>
public sealed class LeaseElection(ApiServerClient api, ObjectKey key, string identity, LeaseTimes? times = null, TimeProvider? time = null)
{
    private readonly LeaseTimes _times = Checked(times ?? new LeaseTimes());
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    private LeaseSpec? _seen;
    private long _seenAt;
    private volatile bool _holds;

    /// <summary>Called when something failed that is going to be tried again.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Called with the holder's identity when it is another one than before; empty for nobody.</summary>
    public Action<string>? HolderChanged { get; init; }

    /// <summary>Do we hold it?</summary>
    public bool Holds => _holds;

    /// <summary>
    /// Waits for the lease and runs <paramref name="whileHeld"/> as long as it is held; again each time, until it is cancelled. At the end the
    /// lease is given back, so that another one gets it at once.
    /// </summary>
    /// <param name="whileHeld">Cancelled when the lease is lost: it must then end before <see cref="LeaseTimes.Duration"/> is over. May end by itself; the lease is then kept all the same.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Func<CancellationToken, Task> whileHeld, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await AcquireAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _holds = true;
            var work = RunWorkAsync(whileHeld, lost.Token);
            try
            {
                await KeepAsync(lost.Token).ConfigureAwait(false);
            }
            finally
            {
                _holds = false;
                await lost.CancelAsync().ConfigureAwait(false);
                await work.ConfigureAwait(false);
            }
        }
        await GiveBackAsync().ConfigureAwait(false);
    }

    private static LeaseTimes Checked(LeaseTimes times) =>
        times.Pause > TimeSpan.Zero && times.GiveUp > times.Pause && times.Duration > times.GiveUp
            ? times
            : throw new ArgumentException($"a lease's times must grow from pause over giving up to duration, found {times}", nameof(times));

    private static async Task RunWorkAsync(Func<CancellationToken, Task> whileHeld, CancellationToken lost)
    {
        await Task.Yield();
        try
        {
            await whileHeld(lost).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
        }
    }

    private async Task AcquireAsync(CancellationToken stopping)
    {
        while (!await TryAsync(stopping).ConfigureAwait(false))
            await Task.Delay(_times.Pause * (1 + (Random.Shared.NextDouble() * 0.2)), _time, stopping).ConfigureAwait(false);
    }

    // Returns when the lease is lost, or when it is cancelled.
    private async Task KeepAsync(CancellationToken stopping)
    {
        long renewed = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(_times.Pause, _time, stopping).ConfigureAwait(false);
                using var deadline = new CancellationTokenSource(Left(renewed), _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
                long asked = _time.GetTimestamp();
                if (await TryAsync(both.Token).ConfigureAwait(false))
                    renewed = asked;
                else if (_seen?.HolderIdentity != identity)
                    return;
            }
            catch (OperationCanceledException)
            {
                if (stopping.IsCancellationRequested)
                    return;
            }
            if (Left(renewed) <= TimeSpan.Zero)
                return;
        }
    }

    private TimeSpan Left(long renewed) => _times.GiveUp - _time.GetElapsedTime(renewed) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    // Takes or renews it; false where another one has it, or the server does not answer.
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lease = await FindAsync(cancellationToken).ConfigureAwait(false);
            if (lease is null)
            {
                var made = new Lease { Metadata = new ObjectMeta { Namespace = key.Namespace, Name = key.Name }, Spec = Next(new LeaseSpec(), isNew: true) };
                See((await api.CreateAsync(ResourceTypes.Leases, made, cancellationToken).ConfigureAwait(false)).Spec);
                return true;
            }
            See(lease.Spec);
            bool isOurs = lease.Spec.HolderIdentity == identity;
            if (!isOurs && !IsFree(lease.Spec))
                return false;
            See((await WriteAsync(lease, Next(lease.Spec, isNew: !isOurs), cancellationToken).ConfigureAwait(false)).Spec);
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            return false; // another one was faster
        }
        catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException)
        {
            Failed?.Invoke(e);
            return false;
        }
    }

    private async Task<Lease?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync(ResourceTypes.Leases, key, cancellationToken).ConfigureAwait(false);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private void See(LeaseSpec spec)
    {
        if (spec == _seen)
            return;
        if (spec.HolderIdentity != _seen?.HolderIdentity)
            HolderChanged?.Invoke(spec.HolderIdentity ?? "");
        _seen = spec;
        _seenAt = _time.GetTimestamp();
    }

    // By its own duration: whoever wrote it may have other times than we.
    private bool IsFree(LeaseSpec spec) =>
        string.IsNullOrEmpty(spec.HolderIdentity)
        || _time.GetElapsedTime(_seenAt) > (spec.LeaseDurationSeconds is > 0 and int seconds ? TimeSpan.FromSeconds(seconds) : _times.Duration);

    private LeaseSpec Next(LeaseSpec before, bool isNew)
    {
        string now = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return before with
        {
            HolderIdentity = identity,
            LeaseDurationSeconds = Math.Max(1, (int)Math.Ceiling(_times.Duration.TotalSeconds)),
            AcquireTime = isNew ? now : before.AcquireTime ?? now,
            RenewTime = now,
            LeaseTransitions = isNew && before.HolderIdentity is not null ? (before.LeaseTransitions ?? 0) + 1 : before.LeaseTransitions ?? 0,
        };
    }

    private Task<Lease> WriteAsync(Lease lease, LeaseSpec spec, CancellationToken cancellationToken) => api.MergePatchAsync(
        ResourceTypes.Leases, key, "",
        patch =>
        {
            patch.WriteStartObject();
            patch.WriteStartObject("metadata");
            // Of two that change it at a time one is refused.
            patch.WriteString("resourceVersion", lease.Metadata.ResourceVersion);
            patch.WriteEndObject();
            patch.WritePropertyName("spec");
            JsonSerializer.Serialize(patch, spec, KubernetesJson.Default.LeaseSpec);
            patch.WriteEndObject();
        },
        cancellationToken);

    private async Task GiveBackAsync()
    {
        using var deadline = new CancellationTokenSource(_times.Pause, _time);
        try
        {
            if (await FindAsync(deadline.Token).ConfigureAwait(false) is { } lease && lease.Spec.HolderIdentity == identity)
                await WriteAsync(lease, lease.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1 }, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException or OperationCanceledException)
        {
            // Then the others wait until it is over.
        }
    }
}
