namespace MultiNet.Daemon.HotPlug;

/// <summary>What is tried to bring a sandbox to what its pod's annotation asks for.</summary>
internal sealed class SyncAttempt
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromMinutes(5);

    private TimeSpan _pause = s_firstPause;

    /// <summary>The annotation that is tried.</summary>
    public string Annotation { get; private set; } = "";

    /// <summary>Is it at work?</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Not to be tried again before this timestamp.</summary>
    public long NotBefore { get; private set; }

    /// <summary>What the annotation asks for now; another annotation is tried at once.</summary>
    public void Wants(string annotation)
    {
        if (annotation == Annotation)
            return;
        Annotation = annotation;
        _pause = s_firstPause;
        NotBefore = 0;
    }

    /// <summary>It is at work from now on.</summary>
    public void Begin() => IsRunning = true;

    /// <summary>It has ended; should it not have helped, it is tried again after a pause, longer each time.</summary>
    public void End(TimeProvider time)
    {
        IsRunning = false;
        NotBefore = time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency);
        _pause = _pause * 2 > s_longestPause ? s_longestPause : _pause * 2;
    }
}
