using MultiNet.Cni;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Attaching;

/// <summary>An attachment that stands.</summary>
/// <param name="Attachment">What was planned.</param>
/// <param name="Result">What came of it, in the newest form; default routes as they are in the kernel.</param>
/// <param name="Took">How long it took.</param>
public sealed record AttachedNetwork(PlannedAttachment Attachment, CniResult Result, TimeSpan Took)
{
    /// <summary>The result as the plugins gave it, where a <c>default-route</c> of the pod has changed <see cref="Result"/>; else null.</summary>
    public CniResult? PluginResult { get; init; }

    /// <summary>The default routes over its interface that gave way to a <c>default-route</c>.</summary>
    public IReadOnlyList<CniRoute> Displaced { get; init; } = [];
}
