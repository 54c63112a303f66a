using System.Text;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>
/// Names of the intermediate functional blocks through which what an interface receives is sent. The reference has one name for all
/// attachments of a container to a network, so that it fails to make a second one.
/// </summary>
internal static class IfbName
{
    private const string Prefix = "bwp";
    private const int Length = 15;

    /// <summary>The reference's name, which the first attachment of a container to a network gets.</summary>
    public static string Of(string network, string containerId) => Of(network + containerId);

    /// <summary>The name that further attachments get.</summary>
    public static string Of(string network, string containerId, string ifName) => Of(network + containerId + ifName);

    private static string Of(string text) => string.Concat(Prefix, Sha512.Hex(Encoding.UTF8.GetBytes(text)).AsSpan(0, Length - Prefix.Length));
}
