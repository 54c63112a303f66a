using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Routes in configurations: <c>{"dst": "10.0.0.0/8", "gw": "10.1.2.1"}</c>.</summary>
internal static class Routes
{
    /// <summary>Judges destination and gateway.</summary>
    /// <returns>The destination where it is good.</returns>
    public static IPPrefix? Check(LocatedValue item, string rule, RuleFindings findings)
    {
        var destination = CheckDestination(item, rule, findings);
        if (item.Kind == JsonValueKind.Object && item.TryFilled("gw", out var at, out string text) && !IPText.TryParse(text, out _))
            findings.Error(rule, at, $"{Quoted.Text(text)} is no gateway", "write an address without prefix length, such as \"10.1.2.1\"");
        return destination;
    }

    /// <summary>Judges the destination.</summary>
    public static IPPrefix? CheckDestination(LocatedValue item, string rule, RuleFindings findings)
    {
        var at = item.Kind == JsonValueKind.Object ? item.AnyCase("dst") : item.IsNull ? null : item;
        if (at is null)
        {
            findings.Error(rule, item, "the route has no \"dst\"", "write the network, such as \"10.0.0.0/8\", or \"0.0.0.0/0\" for all");
            return null;
        }
        if (at.Kind != JsonValueKind.String || at.Text is not { } text)
            return null;
        if (!IPPrefix.TryParse(text, out var destination))
        {
            findings.Error(
                rule, at, $"{Quoted.Text(text)} is no destination", IPText.TryParse(text, out var address)
                    ? $"write it with its prefix length: \"{text}/{(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)}\" for one address"
                    : "write a network such as \"10.0.0.0/8\"");
            return null;
        }
        if (destination.Network != destination)
            findings.Warning("MN-NAD-038", at, $"{Quoted.Text(text)} has host bits set", $"the network is {destination.Network}");
        return destination;
    }
}
