namespace MultiNet.Bench.Webhook;

/// <summary>What the webhook holds at a moment, KiB.</summary>
/// <param name="Moment">When.</param>
/// <param name="ResidentKiB">All of it, with the pages of the executable that were used.</param>
/// <param name="AnonymousKiB">Without them.</param>
/// <param name="PeakKiB">The most that was resident since its start.</param>
internal sealed record WebhookMemory(string Moment, long ResidentKiB, long AnonymousKiB, long PeakKiB);
