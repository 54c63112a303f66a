namespace MultiNet.Kubernetes;

/// <summary>The times of a lease; as client-go has them, so that its programs and ours may take part in one election.</summary>
public sealed record LeaseTimes
{
    /// <summary>How long others wait after the holder's last sign of life. More than <see cref="GiveUp"/>.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A holder that could not renew for so long stops, before anybody else may begin. More than <see cref="Pause"/>.</summary>
    public TimeSpan GiveUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The holder renews, and others look, so often; others a little less regularly.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);
}
