using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Attaching;

/// <summary>The default routes over one interface of a pod: what its network gave, what was taken away, and what is to become of them.</summary>
internal sealed record InterfaceRoutes
{
    /// <summary>The network, for messages.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The interface.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>What is to become of them.</summary>
    public required DefaultRoutePlan Plan { get; init; }

    /// <summary>The attachment's result; its default routes are those in the kernel.</summary>
    public required CniResult Result { get; init; }

    /// <summary>The result as the plugins gave it, where an earlier plan has changed <see cref="Result"/>; else null.</summary>
    public CniResult? PluginResult { get; init; }

    /// <summary>Routes that an earlier plan took away.</summary>
    public IReadOnlyList<CniRoute> Displaced { get; init; } = [];

    public static InterfaceRoutes Of(AttachedNetwork network) => new()
    {
        DisplayName = network.Attachment.DisplayName,
        InterfaceName = network.Attachment.InterfaceName,
        Plan = network.Attachment.DefaultRoute,
        Result = network.Result,
    };

    /// <param name="attachment">An attachment with a result.</param>
    /// <param name="plan">What is to become of its default routes.</param>
    public static InterfaceRoutes Of(JournalAttachment attachment, DefaultRoutePlan plan) => new()
    {
        DisplayName = attachment.DisplayName,
        InterfaceName = attachment.InterfaceName,
        Plan = plan,
        Result = attachment.Result!,
        PluginResult = attachment.PluginResult,
        Displaced = attachment.DisplacedRoutes,
    };

    /// <summary>The attachment with these routes.</summary>
    public JournalAttachment ApplyTo(JournalAttachment attachment) =>
        attachment with { Result = Result, PluginResult = PluginResult, DisplacedRoutes = Displaced };
}
