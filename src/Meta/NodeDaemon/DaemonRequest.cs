using System.Text.Json.Serialization;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>
/// What is sent to the daemon: one request on a connection, 4 bytes of length (little endian), then this as JSON. Fields that an operation
/// does not need are absent.
/// </summary>
internal sealed record DaemonRequest
{
    /// <summary>The protocol that is spoken here; the daemon refuses others.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The longest request or answer, in bytes of JSON.</summary>
    public const int LongestMessage = 16 * 1024 * 1024;

    /// <summary>Bytes of the length before a message.</summary>
    public const int HeaderLength = 4;

    /// <summary>The protocol's version.</summary>
    [JsonPropertyName("v")]
    public int Version { get; init; }

    /// <summary>One of <see cref="DaemonOperation"/>.</summary>
    [JsonPropertyName("op")]
    public string Operation { get => field ?? ""; init; }

    /// <summary>The pod's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public string? Name { get; init; }

    /// <summary>The pod's UID: for <c>pod</c> as the runtime passes it, for reports as the API server knows it. Empty where it is not known.</summary>
    public string? Uid { get; init; }

    /// <summary><c>pod</c>: further definitions to send along, those that the configuration may mean: <c>kube-system/storage</c>.</summary>
    public IReadOnlyList<string>? Definitions { get; init; }

    /// <summary><c>pod</c>: the namespace of a default-network annotation that names none (<c>multusNamespace</c>).</summary>
    public string? DefaultNetworkNamespace { get; init; }

    /// <summary>Reports: <c>CNI_CONTAINERID</c>.</summary>
    public string? ContainerId { get; init; }

    /// <summary>Reports: <c>CNI_IFNAME</c>.</summary>
    public string? IfName { get; init; }

    /// <summary><c>attached</c>: the value of the annotation network-status.</summary>
    public string? Status { get; init; }

    /// <summary>Reports: the attachments.</summary>
    public IReadOnlyList<DaemonAttachment>? Attachments { get; init; }

    /// <summary>Reports: how long the whole call took, in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary><c>attached</c>: networks of a running pod were changed; false for an ADD.</summary>
    public bool IsChange { get; init; }

    /// <summary><c>failed</c> and <c>detached</c>: the CNI error's code; 0 where nothing failed.</summary>
    public uint Code { get; init; }

    /// <summary><c>failed</c> and <c>detached</c>: what was wrong, for people.</summary>
    public string? Message { get; init; }

    /// <summary><c>failed</c>: the network that failed, or null where none in particular did.</summary>
    public string? Network { get; init; }
}
