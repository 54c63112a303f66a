using System.Net;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>An address that a pod asks for: an element of <c>ips</c>.</summary>
/// <param name="Text">As it was written; this is what the plugins get.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The prefix length in bits, or null where none was given.</param>
public readonly record struct RequestedAddress(string Text, IPAddress Address, int? PrefixLength)
{
    /// <summary>Reads <c>address</c> or <c>address/length</c>, host bits kept.</summary>
    public static bool TryParse(string text, out RequestedAddress requested)
    {
        requested = default;
        if (IPPrefix.TryParse(text, out var prefix))
            requested = new RequestedAddress(text, prefix.Address, prefix.Length);
        else if (IPText.TryParse(text, out var address))
            requested = new RequestedAddress(text, address, null);
        else
            return false;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
