namespace MultiNet.Meta.Attaching;

/// <summary>
/// The interface group (IFLA_GROUP) of the links that built-in plugins make in a sandbox. Deleting links one by one costs an RCU
/// grace period each; deleting the group costs one for all (docs/decisions, "One link group for each sandbox").
/// </summary>
internal static class LinkGroup
{
    /// <summary>The group's number: "mnet" in ASCII, so that nobody else is likely to use it. It counts within the pod's namespace only.</summary>
    public const uint Number = 0x6d6e6574;
}
