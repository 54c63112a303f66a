using System.Text;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-DH: the IPAM plugin dhcp (docs/plugins/dhcp.md).</summary>
internal sealed class DhcpRules : IpamRules
{
    private const int LongestValue = 255;

    private static readonly string[] s_names = ["dhcp-client-identifier", "subnet-mask", "routers", "host-name", "user-class", "vendor-class-identifier"];

    // Pad, requested address, overload, message type, server identifier, parameter request list, maximum message size, end.
    private static readonly int[] s_own = [0, 50, 52, 53, 54, 55, 57, 255];

    public override string Type => "dhcp";

    public override IReadOnlyList<KeySpec> Keys { get; } =
    [
        new("type", Shape.Text), new("daemonSocketPath", Shape.Text), new("daemonStateDir", Shape.Text), new("priority", Shape.Whole),
        new("provide", Shape.Objects, [new("option", Shape.Text), new("value", Shape.Text), new("fromArg", Shape.Text)]),
        new("request", Shape.Objects, [new("option", Shape.Text), new("skipDefault", Shape.Flag)]),
    ];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var ipam = plugin.Ipam!;
        foreach (var item in ipam.ItemsOf("provide"))
        {
            if (item.Kind is JsonValueKind.Object or JsonValueKind.Null)
                CheckProvided(item, findings);
        }
        foreach (var item in ipam.ObjectsOf("request"))
        {
            if (item.TryFilled("option", out var at, out string option))
                CheckOption(at, option, findings);
        }
        if (ipam.TryFilled("daemonSocketPath", out var socketAt, out string path) && path[0] != '/')
            findings.Warning("MN-DH-002", socketAt, $"{Quoted.Text(path)} is relative to wherever the runtime happens to be", "write an absolute path");
    }

    private static void CheckProvided(LocatedValue item, RuleFindings findings)
    {
        var at = item.Kind == JsonValueKind.Object ? item.AnyCase("option") : null;
        if (at is null || at.Text is "")
        {
            findings.Error("MN-DH-001", item, "the item has no \"option\"", "name it, such as \"host-name\", or write its number");
            return;
        }
        if (at.Text is { } option && CheckOption(at, option, findings) is { } number && s_own.Contains(number))
            findings.Error("MN-DH-001", at, $"option {number} is the client's own matter and cannot be provided");
        if (item.TryFilled("value", out var valueAt, out string value) && Encoding.UTF8.GetByteCount(value) > LongestValue)
            findings.Error("MN-DH-003", valueAt, $"the value has {Encoding.UTF8.GetByteCount(value)} bytes; an option has {LongestValue} at most");
    }

    // The number of an option given by number; null for one by name, and for none.
    private static int? CheckOption(LocatedValue at, string option, RuleFindings findings)
    {
        if (Array.IndexOf(s_names, option) >= 0)
            return null;
        int number = 0;
        foreach (char c in option)
        {
            if (!char.IsAsciiDigit(c))
                number = 1000;
            number = number >= 1000 ? 1000 : number * 10 + (c - '0');
        }
        if (number <= 255)
            return number;
        findings.Error(
            "MN-DH-001", at, $"{Quoted.Text(option)} is no option; allowed are numbers from 0 to 255 and {string.Join(", ", s_names)}",
            EditDistance.Nearest(option, s_names) is { } nearest ? $"did you mean \"{nearest}\"?" : "");
        return null;
    }
}
