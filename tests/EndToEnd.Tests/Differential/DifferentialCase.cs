using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>A network that is attached to pods, once by the reference plugins and once by ours.</summary>
internal sealed record DifferentialCase(string Name, string Plugins)
{
    /// <summary>The version that the network configuration states.</summary>
    public string CniVersion { get; init; } = "1.0.0";

    /// <summary>CNI_ARGS.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The runtime's values by capability, a JSON object.</summary>
    public string Capabilities { get; init; } = "{}";

    /// <summary>CNI_IFNAME.</summary>
    public string Interface { get; init; } = "eth0";

    /// <summary>True where the kernel of the test machine may lack what the network needs: then the case runs in the virtual machine.</summary>
    public bool NeedsVm { get; init; }

    /// <summary>True where the last plugin is also run with every system call failing in turn, and DEL with everything gone: one or two for each plugin.</summary>
    public bool Faults { get; init; }

    /// <summary>A shell script that removes what the network stands on: its master, its device. It runs before a DEL, with the attachment there.</summary>
    public string Destroy { get; init; } = "";

    /// <summary>A shell script that prepares the node.</summary>
    public string Prepare { get; init; } = "";

    /// <summary>How many pods are attached, one after the other.</summary>
    public int Pods { get; init; } = 1;

    /// <summary>
    /// False where the reference's own CHECK fails of a healthy attachment: a bridge without IPAM ("no plugin name provided"), one
    /// without a gateway once a second port has changed its MAC, routes in a table or with host bits.
    /// </summary>
    public bool Checks { get; init; } = true;

    /// <summary>
    /// False where the reference's own DEL fails though it did what it should: with the nftables backend it looks for rules of the
    /// iptables backend too, and takes the answer of Debian 12's iptables (1.8.9) that there are none for an error.
    /// </summary>
    public bool Deletes { get; init; } = true;

    /// <summary>
    /// False where the reference's own result is wrong: its loopback answers in the form of CNI 1.0.0 under the name of every version.
    /// </summary>
    public bool Results { get; init; } = true;

    /// <summary>Facts of this network in which MultiNet differs on purpose, as <see cref="KnownDifference.Lines"/>; "" for none.</summary>
    public string Differs { get; init; } = "";

    /// <summary>Our message where it is not the reference's; what both say where that is null.</summary>
    public string? Message { get; init; }

    /// <summary>The configuration list.</summary>
    public JsonObject List => JsonNode.Parse($$"""{"name": "net-under-test", "cniVersion": "{{CniVersion}}", "plugins": {{Plugins}}}""")!.AsObject();

    /// <summary>The plugin that the network is about: the last of its list.</summary>
    public string Plugin => List["plugins"]!.AsArray()[^1]?["type"]?.GetValue<string>() ?? "";

    /// <summary>All that was asked for, as text: what occurs here is no random value.</summary>
    public string Configured => Plugins + Arguments + Capabilities;

    /// <summary>What the runtime says of the attachment of a pod (1, 2, ...).</summary>
    public Attachment Attachment(int pod) => new($"container-of-pod{pod}", NodeSandbox.Netns($"pod{pod}"), Interface)
    {
        Arguments = Arguments,
        Capabilities = JsonNode.Parse(Capabilities)!.AsObject(),
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
