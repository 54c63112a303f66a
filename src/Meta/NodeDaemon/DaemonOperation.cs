namespace MultiNet.Meta.NodeDaemon;

/// <summary>What the node daemon is asked for (<see cref="DaemonRequest.Operation"/>).</summary>
internal static class DaemonOperation
{
    /// <summary>A pod with the definitions that it and the configuration name.</summary>
    public const string Pod = "pod";

    /// <summary>All definitions.</summary>
    public const string Definitions = "definitions";

    /// <summary>All pods of the node.</summary>
    public const string Pods = "pods";

    /// <summary>A report: the pod's attachments stand, this is its network-status.</summary>
    public const string Attached = "attached";

    /// <summary>A report: an ADD failed and was rolled back.</summary>
    public const string Failed = "failed";

    /// <summary>A report: the sandbox was released, or could not be.</summary>
    public const string Detached = "detached";

    /// <summary>Is anybody there? Answered with an empty answer.</summary>
    public const string Hello = "hello";
}
