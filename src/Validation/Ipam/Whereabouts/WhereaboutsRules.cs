using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-WA: the IPAM plugin whereabouts.</summary>
internal sealed class WhereaboutsRules : IpamRules
{
    public override string Type => "whereabouts";

    public override IReadOnlyList<string> Capabilities => [Capability.Ips];

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("type", Shape.Text), .. WhereaboutsRange.Keys, new("ipRanges", Shape.Objects, [.. WhereaboutsRange.Keys, new("routes", Shape.Any)]), new("gateway", Shape.Text),
        new("routes", Shape.Objects, KeyTables.OfRoute), KeyTables.Dns, new("addresses", Shape.Any), new("node_slice_size", Shape.Text),
        new("network_name", Shape.Text), new("enable_overlapping_ranges", Shape.Flag), new("leader_lease_duration", Shape.Whole),
        new("leader_renew_deadline", Shape.Whole), new("leader_retry_period", Shape.Whole), new("log_file", Shape.Text), new("log_level", Shape.Text),
        new("reconciler_cron_expression", Shape.Text), new("sleep_for_race", Shape.Whole), new("kubernetes", Shape.Object), new("configuration_path", Shape.Text),
        new("overlapping_ranges", Shape.Any), new("datastore", Shape.Any), new("etcd_host", Shape.Any), new("etcd_username", Shape.Any),
        new("etcd_password", Shape.Any), new("etcd_key_file", Shape.Any), new("etcd_cert_file", Shape.Any), new("etcd_ca_cert_file", Shape.Any),
        new("name", Shape.Any), new("namespace", Shape.Any), new("pod_name", Shape.Any), new("pod_namespace", Shape.Any),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var ipam = plugin.Ipam!;
        var range = WhereaboutsRange.Read(ipam, findings);
        int ranges = range is null ? 0 : 1;
        foreach (var item in ipam.ObjectsOf("ipRanges"))
        {
            if (findings.IsFull)
                return;
            WhereaboutsRange.Read(item, findings);
            ranges++;
        }
        if (ranges == 0 && !ipam.Has("range"))
            findings.Warning("MN-WA-009", ipam, "there is no \"range\" here; the file of each node must name one", "write \"range\": \"10.1.0.0/16\"");
        CheckAccess(ipam, findings);
        CheckGateway(ipam, range, findings);
        CheckSlices(ipam, range, ranges, findings);
        foreach (var route in ipam.ItemsOf("routes"))
            Routes.Check(route, "MN-NAD-036", findings);
    }

    // Without either, the file that every installation of whereabouts has tells it. Who begins to say it here must say it all.
    private static void CheckAccess(LocatedValue ipam, RuleFindings findings)
    {
        if (ipam.ObjectOf("kubernetes") is { } access && access.TextOf("kubeconfig").Length == 0 && ipam.TextOf("configuration_path").Length == 0)
            findings.Warning("MN-WA-008", access, "\"kubernetes\" names no \"kubeconfig\": whereabouts looks for one in the file of its installation", "write \"kubeconfig\", or remove \"kubernetes\"");
        else if (ipam.TryFilled("configuration_path", out var at, out string path) && path[0] != '/')
            findings.Warning("MN-WA-008", at, $"{Quoted.Text(path)} is relative to wherever the runtime happens to be", "write an absolute path");
    }

    private static void CheckGateway(LocatedValue ipam, WhereaboutsRange? range, RuleFindings findings)
    {
        if (!ipam.TryFilled("gateway", out var at, out string text))
            return;
        if (!IPText.TryParse(text, out var gateway))
            findings.Error("MN-WA-007", at, $"{Quoted.Text(text)} is no gateway", "write an address without prefix length, such as \"10.1.0.1\"");
        else if (range is not null && !AddressSpan.Of(range.Network).Contains(gateway))
            findings.Warning("MN-WA-007", at, $"the gateway {gateway} is outside of {range.Network}");
    }

    private static void CheckSlices(LocatedValue ipam, WhereaboutsRange? range, int ranges, RuleFindings findings)
    {
        if (!ipam.TryFilled("node_slice_size", out var at, out string text))
            return;
        if (WhereaboutsRange.SliceLength(text) is not { } length)
            findings.Error("MN-WA-006", at, $"{Quoted.Text(text)} is no size of a slice", "write a prefix length such as \"/26\"");
        else if (range is not null && (length <= range.Network.Length || length > range.Network.MaxLength))
            findings.Warning("MN-WA-006", at, $"a slice of /{length} is no part of {range.Network}");
        if (ranges > 1)
            findings.Warning("MN-WA-006", at, "slices work with one range only; the others are not divided");
    }
}
