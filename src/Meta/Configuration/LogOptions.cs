namespace MultiNet.Meta.Configuration;

/// <summary>Rotation of the log file (<c>logOptions</c>).</summary>
public sealed record LogOptions
{
    /// <summary><c>maxAge</c>: days for which old files are kept. Default 5.</summary>
    public int MaxAge { get; init; } = 5;

    /// <summary><c>maxSize</c>: megabytes at which a new file is begun. Default 100.</summary>
    public int MaxSize { get; init; } = 100;

    /// <summary><c>maxBackups</c>: old files that are kept. Default 5.</summary>
    public int MaxBackups { get; init; } = 5;

    /// <summary><c>compress</c>: accepted; old files are kept as they are.</summary>
    public bool Compress { get; init; } = true;
}
