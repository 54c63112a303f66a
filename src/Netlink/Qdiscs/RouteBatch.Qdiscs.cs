using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Queueing disciplines.</content>
public sealed partial class RouteBatch
{
    /// <inheritdoc cref="RouteSocket.QdiscAdd"/>
    public RouteBatch QdiscAdd(int linkIndex, QdiscSpec spec) => QdiscMake("add", MessageFlags.Create | MessageFlags.Exclusive, linkIndex, spec);

    /// <inheritdoc cref="RouteSocket.QdiscReplace"/>
    public RouteBatch QdiscReplace(int linkIndex, QdiscSpec spec) => QdiscMake("replace", MessageFlags.Create | MessageFlags.Replace, linkIndex, spec);

    /// <inheritdoc cref="RouteSocket.QdiscDelete"/>
    public RouteBatch QdiscDelete(int linkIndex, QdiscSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        var writer = Begin(MessageType.DelQdisc, MessageFlags.None, Describe("delete", linkIndex, spec));
        QdiscMessages.WriteDelete(writer, linkIndex, spec.Parent, spec.Handle, spec.Kind);
        return Complete();
    }

    private RouteBatch QdiscMake(string verb, MessageFlags flags, int linkIndex, QdiscSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        QdiscMessages.WriteAdd(Begin(MessageType.NewQdisc, flags, Describe(verb, linkIndex, spec)), linkIndex, spec);
        return Complete();
    }

    private static string Describe(string verb, int linkIndex, QdiscSpec spec) => $"{verb} qdisc {spec.Kind} {spec.Handle} of link {linkIndex}";
}
