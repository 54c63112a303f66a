namespace MultiNet.Netlink;

/// <summary><c>ingress</c>: a place for filters of what comes in.</summary>
public sealed record IngressSpec : QdiscSpec
{
    /// <inheritdoc/>
    public override TrafficHandle Parent => TrafficHandle.Ingress;

    /// <inheritdoc/>
    public override TrafficHandle Handle { get; init; } = TrafficHandle.IngressQdisc;

    internal override string Kind => "ingress";
}
