namespace MultiNet.Kubernetes.Credentials;

/// <summary>
/// A file that is replaced now and then (tokens and certificates that rotate): read anew when its time or its target changes, and at least
/// once a minute. Where reading fails, what was read before stays in use.
/// </summary>
/// <typeparam name="T">What is made of the content.</typeparam>
internal sealed class WatchedFile<T>(string path, Func<byte[], T> parse, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan s_trust = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private T? _value;
    private DateTime _written;
    private long _readAt;

    /// <summary>The path.</summary>
    public string Path => path;

    /// <summary>The content of now.</summary>
    /// <exception cref="KubeConfigException">It cannot be read and never could.</exception>
    public T Value
    {
        get
        {
            lock (_lock)
            {
                // Kubernetes replaces a projected file by changing a link; the time is that of the target.
                var written = File.GetLastWriteTimeUtc(path);
                if (_value is not null && written == _written && time.GetElapsedTime(_readAt) < s_trust)
                    return _value;
                try
                {
                    _value = parse(KubeConfig.ReadFile(path));
                    _written = written;
                    _readAt = time.GetTimestamp();
                }
                catch (KubeConfigException) when (_value is not null)
                {
                    // Half-written, perhaps: the next call looks again.
                }
                return _value;
            }
        }
    }

    /// <summary>What was read is not trusted any more: the next <see cref="Value"/> reads.</summary>
    public void Distrust()
    {
        lock (_lock)
            _written = default;
    }
}
