using System.Globalization;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>The configuration of the bandwidth plugin. Key by key: docs/plugins/bandwidth.md.</summary>
internal sealed record BandwidthConfig
{
    // The burst in bytes must be less than this.
    private const ulong BurstBound = uint.MaxValue;

    private static readonly string[] s_keys = ["ingressRate", "ingressBurst", "egressRate", "egressBurst"];

    /// <summary>The limit on what goes to the container, or null for none.</summary>
    public RateLimit? Ingress { get; init; }

    /// <summary>The limit on what comes from the container, or null for none.</summary>
    public RateLimit? Egress { get; init; }

    /// <summary>Is nothing limited?</summary>
    public bool IsUnlimited => Ingress is null && Egress is null;

    /// <summary>
    /// Reads the configuration. One key of it, though it be 0, and <c>runtimeConfig.bandwidth</c> does not count at all.
    /// </summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a limit that cannot be.</exception>
    public static BandwidthConfig Read(PluginContext context)
    {
        // Both are decoded, as by the reference: a wrong type is an error also where the value does not count.
        var fromRuntime = Limits.Read(context.RuntimeConfig.Object("bandwidth"));
        var own = Limits.Read(context.Config);
        var limits = IsConfigured(context.Config) ? own : fromRuntime;
        return new BandwidthConfig
        {
            Ingress = ToLimit("ingress", limits.IngressRate, limits.IngressBurst),
            Egress = ToLimit("egress", limits.EgressRate, limits.EgressBurst),
        };
    }

    private static bool IsConfigured(JsonFields config)
    {
        foreach (string key in s_keys)
        {
            if (config.Has(key))
                return true;
        }
        return false;
    }

    private static RateLimit? ToLimit(string direction, ulong rate, ulong burst)
    {
        string found = string.Create(CultureInfo.InvariantCulture, $"Found {direction}Rate {rate} and {direction}Burst {burst}, in bits per second and bits.");
        if (rate == 0 && burst == 0)
            return null;
        if (burst == 0)
            throw Invalid("if rate is set, burst must also be set", found);
        if (rate == 0)
            throw Invalid("if burst is set, rate must also be set", found);
        if (burst / 8 >= BurstBound)
            throw Invalid("burst cannot be more than 4GB", found);
        if (rate < 8)
            throw Invalid($"invalid rate: {rate}", $"{found} The kernel counts bytes: 8 bits per second are the least.");
        var limit = new RateLimit(rate, burst);
        // A bucket that is full in less than the scheduler's clock can count lets nothing through; the kernel refuses it without saying why.
        if (KernelFailure.Describe("failed to read the packet scheduler's clock", () => limit.ToBucket(SchedulerClock.Read()).Buffer) == 0)
            throw Invalid($"invalid burst: {burst}", $"{found} At this rate it passes in less than a microsecond, the least that the kernel counts.");
        return limit;
    }

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);

    private readonly record struct Limits(ulong IngressRate, ulong IngressBurst, ulong EgressRate, ulong EgressBurst)
    {
        public static Limits Read(JsonFields fields) => new(
            fields.NullableULong("ingressRate") ?? 0, fields.NullableULong("ingressBurst") ?? 0,
            fields.NullableULong("egressRate") ?? 0, fields.NullableULong("egressBurst") ?? 0);
    }
}
