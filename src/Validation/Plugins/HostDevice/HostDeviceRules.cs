using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-HD: the host-device plugin (docs/plugins/host-device.md).</summary>
internal sealed class HostDeviceRules : PluginRules
{
    private const string KernelPathRoot = "/sys/devices/";

    private static readonly string[] s_ways = ["device", "hwaddr", "kernelpath", "pciBusID"];

    public override string Type => "host-device";

    public override PluginRole Role => PluginRole.Interface;

    public override IReadOnlyList<string> Capabilities => [Capability.DeviceId];

    public override IReadOnlyList<KeySpec> Keys { get; } =
        [new("device", Shape.Text), new("hwaddr", Shape.Text), new("kernelpath", Shape.Text), new("pciBusID", Shape.Text), new("DPDKMode", Shape.Any), KeyTables.Dns];

    // The device that the kubelet picks is written over it.
    public override bool IsExempt(PluginSubject plugin, string key) => key == "pciBusID" && plugin.GetsDevice;

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        CheckWays(plugin, findings);
        CheckValues(plugin, findings);
        if (plugin.Value.TryFilled("device", out var at, out string device) && ValidationOptions.Matches(plugin.Definition.Options.ProtectedInterfaces, device))
            findings.Warning("MN-HD-004", at, $"{Quoted.Text(device)} is an interface that nodes need themselves", "choose another");
    }

    private static void CheckWays(PluginSubject plugin, RuleFindings findings)
    {
        LocatedValue? first = null, second = null;
        foreach (string key in s_ways)
        {
            // Of another type, it is told elsewhere.
            if (plugin.Value.AnyCase(key) is not { } at || at.Text is "")
                continue;
            second ??= first is null ? null : at;
            first ??= at;
        }
        if (first is null && !plugin.GetsDevice && !plugin.Declares(Capability.DeviceId))
        {
            findings.Error(
                "MN-HD-001", plugin.Value, "no device is named",
                $"write \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\", or let the kubelet pick one: annotation {AnnotationKeys.ResourceName}");
        }
        if (second is not null)
            findings.Warning("MN-HD-002", second, $"the device is named more than once; \"{first!.Key}\" counts", "remove the others");
    }

    // The first way that is given counts, and only its value has to be good; a PCI address always.
    private static void CheckValues(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        bool hasDevice = value.TextOf("device").Length > 0, hasAddress = value.TextOf("hwaddr").Length > 0;
        if (value.TryFilled("hwaddr", out var at, out string hwaddr) && !HardwareAddress.TryParse(hwaddr, out _, out _))
            findings.Report(!hasDevice, "MN-HD-003", at, $"{Quoted.Text(hwaddr)} is no hardware address", "write one such as \"02:00:5e:00:53:01\"");
        if (value.TryFilled("kernelpath", out at, out string path) && !IsKernelPath(path))
            findings.Report(!hasDevice && !hasAddress, "MN-HD-003", at, $"{Quoted.Text(path)} is no device: it must begin with {KernelPathRoot} and not hold \"..\"");
        if (value.TryFilled("pciBusID", out at, out string pci) && !PciAddresses.IsValid(pci))
        {
            findings.Report(
                !plugin.GetsDevice && !plugin.Declares(Capability.DeviceId), "MN-HD-003", at, $"{Quoted.Text(pci)} is no PCI address", "write domain:bus:device.function, such as \"0000:3d:00.1\"");
        }
    }

    private static bool IsKernelPath(string path) =>
        path.StartsWith(KernelPathRoot, StringComparison.Ordinal) && !path.Contains('\0') && !path.Split('/').Contains("..");
}
