using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>
/// Keeps an installation as it must be while the node changes: the configuration follows the cluster's network when that is changed, renamed,
/// replaced or appears late; what somebody removes or spoils is put back; new credentials are copied. It looks once a second instead of
/// waiting for notifications, which mounts of containers do not pass on reliably, and which say nothing of what happened before.
/// It never takes anything away: when it ends, by a signal or a crash, the node stays as it is.
/// </summary>
internal sealed class InstallationFollower
{
    /// <summary>The pause between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // How long another file must be the first before it is the cluster's network: programs remove a file and write it anew, or write several.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);

    // As often in a minute, and it is no accident.
    private const int RemovalsOfAFight = 3;

    private readonly InstallRequest _request;
    private readonly Action<InstallationEvent> _report;
    private readonly TimeProvider _clock;
    private readonly InstalledFiles _files;
    private readonly Queue<long> _removals = [];
    private HashSet<string> _warnings = new(StringComparer.Ordinal);
    private HashSet<string> _standing = new(StringComparer.Ordinal);
    private bool _wasInstalled;
    private byte[]? _good;
    private byte[]? _placed;
    private PrimaryNetwork? _primary;
    private string _candidate = "";
    private string _foreign = "";
    private long _candidateSince;

    /// <summary>Follows nothing yet: see <see cref="Look"/>.</summary>
    /// <param name="request">What is to be installed, and stay so.</param>
    /// <param name="report">Told what happens.</param>
    /// <param name="clock">The time.</param>
    public InstallationFollower(InstallRequest request, Action<InstallationEvent> report, TimeProvider clock)
    {
        _request = request;
        _report = report;
        _clock = clock;
        _files = new InstalledFiles(request);
    }

    /// <summary>Is everything in place, at the last look?</summary>
    public bool IsInstalled { get; private set; }

    /// <summary>Was it uninstalled by somebody? Then nothing is done any more.</summary>
    public bool IsUninstalled { get; private set; }

    /// <summary>What is wrong at present, in words; empty where all is well.</summary>
    public IReadOnlyCollection<string> Warnings => _standing;

    /// <summary>When the token on the node expires; null where it does not say, or where there is none.</summary>
    public DateTimeOffset? TokenExpires { get; private set; }

    /// <summary>How often something was put back that somebody had removed or changed.</summary>
    public int Restorations { get; private set; }

    /// <summary>Looks once a second, until cancelled or uninstalled. Nothing that is found ends it.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        while (!IsUninstalled)
        {
            Look();
            await Task.Delay(Interval, _clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
                return;
        }
    }

    /// <summary>Looks once and puts right what is not as it must be.</summary>
    public void Look()
    {
        if (IsUninstalled)
            return;
        _standing = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            if (_wasInstalled && _files.AreGone)
            {
                IsUninstalled = true;
                IsInstalled = false;
                _report(new(InstallationEventKind.Uninstalled, "multinet was uninstalled from this node: it is not installed again before the next start"));
                return;
            }
            IsInstalled = PutRight();
            _wasInstalled |= IsInstalled;
        }
        // The node's own installer is at work: next time.
        catch (CniException e) when (e.Code == CniErrorCode.TryAgainLater)
        {
        }
        catch (CniException e)
        {
            IsInstalled = false;
            Warn(e.Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            IsInstalled = false;
            Warn(e.Message);
        }
        foreach (string warning in _standing)
        {
            if (!_warnings.Contains(warning))
                _report(new(InstallationEventKind.Warning, warning));
        }
        _warnings = _standing;
    }

    private bool PutRight()
    {
        byte[]? present = _files.Configuration();
        Decide(present);
        if (_good is null)
            return false;

        var foreign = new List<string>();
        var differences = new List<string>(_files.Differences(foreign));
        Mention(string.Join(", ", foreign));
        bool isConfigured = present is not null && present.AsSpan().SequenceEqual(_good);
        bool wasRemoved = !isConfigured && _wasInstalled && _good == _placed;
        if (wasRemoved)
        {
            differences.Add($"{InstallPaths.ConfigName} was {(present is null ? "removed" : present.Length == 0 ? "emptied" : "changed")}");
            CountRemoval();
        }
        var credentials = NodeCredentials.Read(_request);
        Judge(credentials?.Lifetime);
        bool isRenewed = credentials?.Differences().Count > 0;
        if (isConfigured && !isRenewed && differences.Count == 0)
        {
            _placed = _good;
            return true;
        }

        new Installer(_request, _ => { }).Install(_good, _primary);
        _placed = _good;
        Report(differences, isConfigured || wasRemoved, isRenewed);
        return true;
    }

    private void Report(List<string> differences, bool isSameConfiguration, bool isRenewed)
    {
        if (!_wasInstalled)
        {
            _report(new(InstallationEventKind.Changed, $"installed: {_request.ConfigPath}, cluster network {_primary?.Name ?? "as configured"}"));
            return;
        }
        if (differences.Count > 0)
        {
            Restorations++;
            _report(new(InstallationEventKind.Restored, $"restored: {string.Join("; ", differences)}"));
        }
        if (!isSameConfiguration)
            _report(new(InstallationEventKind.Changed, $"{_request.ConfigPath} follows the cluster network {_primary?.Name ?? "as configured"}{(_primary?.File is { Length: > 0 } file ? $" of {file}" : "")}"));
        if (isRenewed && differences.Count == 0)
            _report(new(InstallationEventKind.Changed, $"credentials in {NodeCredentials.FolderOf(_request)} renewed{(TokenExpires is { } end ? $", valid until {end:u}" : "")}"));
    }

    // What the configuration must be now: _good and _primary. Where that cannot be told, they stay.
    private void Decide(byte[]? present)
    {
        var installed = InstallRecord.Read(new InstallPaths(_request.Host.Here(_request.BinDir)));
        var search = PrimarySearch.For(_request, installed);
        // After a restart, what an earlier process has installed. What somebody has spoiled has no cluster network, or no record.
        if (_good is null && installed is not null && search.Current.Length > 0)
            _good = _placed = present;
        try
        {
            if (NodeConfiguration.HasOwnNetwork(_request))
                Make(null);
            else
                Choose(search.Current.Length == 0 && _primary is not null ? search with { Current = _primary.File } : search);
        }
        // What cannot be made, of settings that are half written for one, leaves the last good one.
        catch (CniException e) when (_good is not null)
        {
            Warn($"{InstallPaths.ConfigName} stays as it is: {e.Text}");
        }
    }

    private void Choose(PrimarySearch search)
    {
        var findings = search.Look();
        foreach (var (file, problem) in findings.Unreadable)
            Warn($"{file} cannot be read, it is passed over: {problem}");
        foreach (string warning in findings.Warnings)
            Warn(warning);
        if (findings.Network is not { } found)
        {
            Warn(_good is null
                ? $"waiting for the cluster's network: {findings.Missing().Message}"
                : $"the cluster's network{(search.Current.Length > 0 ? $" ({search.Current})" : "")} is gone or cannot be read: {InstallPaths.ConfigName} stays as it is");
            return;
        }
        if (search.Current.Length > 0 && found.File.Length > 0 && found.File != search.Current && !HasSettled(found.File))
            return;
        _candidate = "";
        Make(found);
    }

    private void Make(PrimaryNetwork? primary)
    {
        byte[] made = NodeConfiguration.Make(_request, primary);
        if (_good is null || !_good.AsSpan().SequenceEqual(made))
            _good = made;
        _primary = primary;
    }

    private bool HasSettled(string file)
    {
        if (file != _candidate)
        {
            _candidate = file;
            _candidateSince = _clock.GetTimestamp();
        }
        return _clock.GetElapsedTime(_candidateSince) >= s_settling;
    }

    private void Judge(TokenLifetime? lifetime)
    {
        TokenExpires = lifetime?.Expires;
        if (lifetime?.IsOverdue(_clock.GetUtcNow()) == true)
            Warn($"the service account's token expires at {lifetime.Expires:u} and was not renewed: without the daemon no pod will start on this node from then on");
    }

    private void CountRemoval()
    {
        long now = _clock.GetTimestamp();
        _removals.Enqueue(now);
        while (_clock.GetElapsedTime(_removals.Peek(), now) > TimeSpan.FromMinutes(1))
            _removals.Dequeue();
        if (_removals.Count >= RemovalsOfAFight)
        {
            Warn($"somebody keeps removing or changing {InstallPaths.ConfigName}: the cluster's network must let other configurations stand "
                + "(Cilium: cni.exclusive=false), and nobody else may edit the file");
        }
    }

    // Nothing is wrong with them: the cluster network has brought them along, or the distribution.
    private void Mention(string foreign)
    {
        if (foreign.Length > 0 && foreign != _foreign)
            _report(new(InstallationEventKind.Changed, $"left alone in {_request.BinDir}: {foreign} (not ours; --replace would take their place)"));
        _foreign = foreign;
    }

    private void Warn(string message) => _standing.Add(message);
}
