using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-MAC-001, MN-MAC-002: hardware addresses in configurations.</summary>
internal static class MacAddresses
{
    /// <summary>Judges <c>mac</c> of a plugin that makes an interface.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="findings">Where to tell.</param>
    /// <param name="mayBeAnyLength">True for tuning, which leaves more to the kernel.</param>
    public static void Check(PluginSubject plugin, RuleFindings findings, bool mayBeAnyLength = false)
    {
        if (!plugin.Value.TryFilled("mac", out var at, out string text))
            return;
        // Where a pod may bring its own, the configuration's is looked at only for those that do not.
        bool isCertain = !plugin.Declares(Capability.Mac);
        if (!HardwareAddress.TryParse(text, out _, out byte[] address))
        {
            findings.Report(isCertain, "MN-MAC-001", at, $"{Quoted.Text(text)} is no MAC address", "write six bytes such as \"02:00:5e:00:53:01\"");
        }
        else if (address.Length != 6 || (address[0] & 1) != 0 || address.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            findings.Report(
                isCertain && !mayBeAnyLength, "MN-MAC-001", at, $"{Quoted.Text(text)} is no address that an Ethernet interface can have",
                "write six bytes, not all zero, of which the first is even, such as \"02:00:5e:00:53:01\"");
        }
        else
        {
            findings.Warning("MN-MAC-002", at, $"every pod on this network gets the MAC address {Quoted.Text(text)}", "let pods ask for theirs: \"capabilities\": {\"mac\": true}");
        }
    }
}
