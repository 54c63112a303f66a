using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-BW: the bandwidth plugin (docs/plugins/bandwidth.md).</summary>
internal sealed class BandwidthRules : PluginRules
{
    private static readonly string[] s_vethPlugins = ["bridge", "ptp"];

    public override string Type => "bandwidth";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<string> Capabilities => [Capability.Bandwidth];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("ingressRate", Shape.Count), new("ingressBurst", Shape.Count), new("egressRate", Shape.Count), new("egressBurst", Shape.Count),
        new("shapedSubnets", Shape.Any), new("unshapedSubnets", Shape.Any),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        CheckDirection(plugin.Value, "ingress", findings);
        CheckDirection(plugin.Value, "egress", findings);
        foreach (string key in (ReadOnlySpan<string>)["shapedSubnets", "unshapedSubnets"])
        {
            if (plugin.Value.AnyCase(key) is { } at)
                findings.Warning("MN-BW-006", at, $"\"{key}\" was taken out of the plugin again: everything is limited");
        }
        CheckMainPlugin(plugin, findings);
    }

    private static void CheckDirection(LocatedValue value, string direction, RuleFindings findings)
    {
        bool hasRate = value.TryCount(direction + "Rate", out var rateAt, out ulong rate), hasBurst = value.TryCount(direction + "Burst", out var burstAt, out ulong burst);
        // A value of another type is told elsewhere; whether it is 0 cannot be said.
        if (hasRate != value.Has(direction + "Rate") || hasBurst != value.Has(direction + "Burst"))
            return;
        if (rate > 0 && burst == 0)
            findings.Error("MN-BW-001", burstAt ?? rateAt!, $"\"{direction}Rate\" needs \"{direction}Burst\" beside it, in bits");
        else if (burst > 0 && rate == 0)
            findings.Error("MN-BW-001", rateAt ?? burstAt!, $"\"{direction}Burst\" needs \"{direction}Rate\" beside it, in bits per second");
        else if (burst / 8 >= uint.MaxValue)
            findings.Error("MN-BW-003", burstAt!, $"a burst of {burst} bits is more than the kernel can count; less than 34359738360 (4 GiB) is possible");
        else if (rate is > 0 and < 8)
            findings.Error("MN-BW-002", rateAt!, $"{rate} bits per second are less than a byte; the kernel counts bytes");
        else if (rate > 0 && burst < rate / 1000 / 4)
            findings.Warning("MN-BW-005", burstAt!, $"a burst of {burst} bits is used up in less than 0.25 ms at this rate: throughput collapses", "10 ms is usual: the rate divided by 100");
        else if (hasRate && rate == 0)
            findings.Warning("MN-BW-002", rateAt!, $"\"{direction}Rate\" 0 limits nothing, and a pod's own limit no longer counts", "remove the key");
    }

    private static void CheckMainPlugin(PluginSubject plugin, RuleFindings findings)
    {
        if (plugin.Index == 0 || plugin.Definition.Plugins[0] is not { Index: 0 } main || s_vethPlugins.Contains(main.Type))
            return;
        if (KnownPlugins.TryGet(main.Type, out var rules) && rules.Role is PluginRole.Interface or PluginRole.InterfaceAnywhere)
        {
            findings.Warning(
                "MN-BW-004", plugin.Value.AnyCase("type")!, $"MultiNet limits an interface of {main.Type} inside the pod; the reference plugin fails: it knows veth only");
        }
    }
}
