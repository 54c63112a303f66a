namespace MultiNet.Netlink;

/// <summary><c>clsact</c>: a place for filters of what comes in and of what goes out, without queueing. It stands where <c>ingress</c> would.</summary>
public sealed record ClsactSpec : QdiscSpec
{
    /// <inheritdoc/>
    public override TrafficHandle Parent => TrafficHandle.Ingress;

    /// <inheritdoc/>
    public override TrafficHandle Handle { get; init; } = TrafficHandle.IngressQdisc;

    internal override string Kind => "clsact";
}
