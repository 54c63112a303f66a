namespace MultiNet.Webhook.Configuration;

/// <summary>The object <c>limits</c> of the configuration.</summary>
internal sealed record LimitConfig
{
    /// <summary><c>bodyBytes</c>: the longest review, 64 KiB to 64 MiB; 413 beyond. The API server itself takes objects of 3 MiB.</summary>
    public int BodyBytes { get; init; } = 7 * 1024 * 1024;

    /// <summary><c>totalBodyBytes</c>: all reviews together that are being received or judged; 429 beyond.</summary>
    public int TotalBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary><c>reviews</c>: how many are judged or wait for it at once, 1 to 10000; 429 beyond.</summary>
    public int Reviews { get; init; } = 200;

    /// <summary><c>connections</c>: how many there may be, 16 to 65536; further ones are closed at once.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary><c>headerSeconds</c>: how long the head of a request, and before it the TLS handshake, may take; 1 to 60.</summary>
    public TimeSpan Header { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>bodyBytesPerSecond</c>: a body that comes slower than this on average is given up after 5 s; 1 to 1048576.</summary>
    public int BodyBytesPerSecond { get; init; } = 1024;

    /// <summary><c>idleSeconds</c>: how long a connection may wait for its next request; 5 to 3600. The API server closes after 90.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>reviewSeconds</c>: how long a review may take where the API server does not say (<c>?timeout=</c>); 1 to 30.</summary>
    public TimeSpan Review { get; init; } = TimeSpan.FromSeconds(10);
}
