namespace MultiNet.Netlink;

/// <summary>An intermediate functional block: shapes what is redirected to it.</summary>
public sealed record IfbSpec : LinkSpec
{
    internal override string Kind => "ifb";
}
