using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>A line for each attachment that stands, failed or was released.</summary>
internal sealed class ProgressLines(CommandConsole console) : IAttachmentProgress
{
    /// <summary>The pod that is worked on.</summary>
    public string Pod { get; set; } = "";

    /// <inheritdoc/>
    public void Attaching(PlannedAttachment attachment)
    {
        // Attachments take milliseconds: the line that says how it went is enough.
    }

    /// <inheritdoc/>
    public void Attached(PlannedAttachment attachment, CniResult result, TimeSpan took)
    {
        var addresses = new StringBuilder();
        foreach (var ip in result.IPs)
            addresses.Append(' ').Append(ip.Address);
        Line("+", attachment.InterfaceName, attachment.DisplayName, addresses.ToString().TrimStart(), took);
    }

    /// <inheritdoc/>
    public void AttachFailed(PlannedAttachment attachment, CniException error, TimeSpan took) =>
        Line("!", attachment.InterfaceName, attachment.DisplayName, "failed", took);

    /// <inheritdoc/>
    public void Detached(string network, string interfaceName, CniException? error, TimeSpan took) =>
        Line(error is null ? "-" : "!", interfaceName, network, error is null ? "released" : error.Text, took);

    private void Line(string sign, string interfaceName, string network, string what, TimeSpan took) =>
        console.Say($"{sign} {Pod,-16} {interfaceName,-9} {network,-20} {what,-34} {took.TotalMilliseconds,7:0.0} ms");
}
