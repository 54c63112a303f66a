namespace MultiNet.Meta.Installing;

/// <summary>
/// Where the node's file system is seen from here: in a container its folders are mounted below a folder such as <c>/host</c>. What is
/// written down (configuration, record) names paths as they are on the node.
/// </summary>
/// <param name="Prefix">What stands before the node's paths here; empty on the node itself.</param>
internal sealed record HostRoot(string Prefix)
{
    /// <summary>This is the node.</summary>
    public static HostRoot Same { get; } = new("");

    /// <summary>A path of the node, as it is reached from here.</summary>
    public string Here(string hostPath) => Prefix + hostPath;
}
