namespace MultiNet.Netlink;

/// <summary>An interface that drops what it is given.</summary>
public sealed record DummySpec : LinkSpec
{
    internal override string Kind => "dummy";
}
