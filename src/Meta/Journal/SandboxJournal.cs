using MultiNet.Cni;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Journal;

/// <summary>
/// What one ADD of a sandbox did or was about to do: written before the kernel is touched, and the only truth for DEL, which
/// needs no API server, no definition and no daemon.
/// </summary>
public sealed record SandboxJournal
{
    /// <summary>The format's version; a reader refuses a newer one.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary><c>name</c> of the configuration of this plugin with which the sandbox was attached: the network, as the runtime sees it.</summary>
    public string Network { get; init; } = "";

    /// <summary><c>CNI_CONTAINERID</c>.</summary>
    public required string ContainerId { get; init; }

    /// <summary><c>CNI_NETNS</c> of the ADD.</summary>
    public required string NetNs { get; init; }

    /// <summary>
    /// <see cref="NetNs"/> where its name can still mean the same namespace later; else empty. A path below <c>/proc</c> goes by a process
    /// number, and numbers are given out again: by now it may lead to another pod's namespace, or to the host's.
    /// </summary>
    public string LastingNetNs => NetNs.StartsWith("/proc/", StringComparison.Ordinal) ? "" : NetNs;

    /// <summary>The boot during which the sandbox was attached (<c>/proc/sys/kernel/random/boot_id</c>); no namespace outlives it. Empty where not known.</summary>
    public string BootId { get; init; } = "";

    /// <summary>The number of the namespace within that boot (SO_NETNS_COOKIE), by which a path that leads to another one by now is told; 0 where not known.</summary>
    public ulong NamespaceCookie { get; init; }

    /// <summary><c>CNI_IFNAME</c> of the ADD.</summary>
    public required string IfName { get; init; }

    /// <summary>The pod, or null where the runtime named none.</summary>
    public PodReference? Pod { get; init; }

    /// <summary><c>CNI_PATH</c> of the ADD, with <c>binDir</c> before it: where the plugins are, for what is done without the runtime.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>Does it tell which attachments the annotation asked for? Journals of versions before hot plugging do not.</summary>
    public bool KnowsSelections { get; init; }

    /// <summary>When the ADD began, UTC.</summary>
    public DateTime Created { get; init; }

    /// <summary>Did the ADD finish? False while it runs, and for ever if it was killed.</summary>
    public bool Complete { get; init; }

    /// <summary>The attachments in the order in which they were attached.</summary>
    public required IReadOnlyList<JournalAttachment> Attachments { get; init; }
}

/// <summary>One attachment of a sandbox.</summary>
public sealed record JournalAttachment
{
    /// <summary>The name for people: <c>namespace/definition</c>.</summary>
    public required string DisplayName { get; init; }

    /// <summary><c>CNI_IFNAME</c> of the attachment.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>The configuration list exactly as it was run.</summary>
    public required ReadOnlyMemory<byte> Config { get; init; }

    /// <summary><c>CNI_ARGS</c> as they were sent.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Args { get; init; }

    /// <summary>Capability arguments as they were sent.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> CapabilityArgs { get; init; }

    /// <summary>Were the container's links put into the sandbox's link group?</summary>
    public bool InLinkGroup { get; init; }

    /// <summary>The device-info file to remove, or empty.</summary>
    public string DeviceInfoFile { get; init; } = "";

    /// <summary>The result of the ADD; null until it succeeded.</summary>
    public CniResult? Result { get; init; }

    /// <summary>Was it released by a DEL that could not release all?</summary>
    public bool Released { get; init; }

    /// <summary>Did the pod's networks annotation ask for it? Else it is a configured network, which stays for the pod's whole life.</summary>
    public bool IsSelected { get; init; }

    /// <summary>What the annotation asked of it, as <see cref="Networks.SelectionRequest"/> writes it; empty for a configured network.</summary>
    public string Asked { get; init; } = "";

    /// <summary>Is it being plugged into a running pod, or was this interrupted? ADD itself has <see cref="SandboxJournal.Complete"/>.</summary>
    public bool Attaching { get; init; }

    /// <summary>Is it being unplugged from a running pod, or was this interrupted?</summary>
    public bool Detaching { get; init; }

    /// <summary>Does it stand, as far as the journal knows?</summary>
    public bool IsStanding => !Released && !Attaching && !Detaching;

    /// <summary>The result as the plugins gave it, where a <c>default-route</c> of the pod has changed the routes in <see cref="Result"/>; else null.</summary>
    public CniResult? PluginResult { get; init; }

    /// <summary>The default routes over the interface that gave way to a <c>default-route</c>, to be put back when that is unplugged.</summary>
    public IReadOnlyList<CniRoute> DisplacedRoutes { get; init; } = [];

    /// <summary>How long the attachment took, in milliseconds; 0 until it stands.</summary>
    public double Milliseconds { get; init; }

    /// <summary>The plugins of the chain, for people: <c>bridge</c>, <c>host-local</c>, <c>/opt/cni/bin/portmap</c>.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];
}
