namespace MultiNet.Bench.Webhook;

/// <summary>What reviews took with so many in flight.</summary>
/// <param name="InFlight">How many at once.</param>
/// <param name="Reviews">How many in all.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="PerSecond">Reviews a second.</param>
/// <param name="ResidentKiB">Memory of the webhook when the last was answered.</param>
internal sealed record ReviewSample(int InFlight, int Reviews, double Median, double P99, double PerSecond, long ResidentKiB);
