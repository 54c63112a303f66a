using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// A queueing discipline to be made. To add a kind: derive, give its <see cref="Kind"/> and write its TCA_OPTIONS.
/// </summary>
public abstract record QdiscSpec
{
    private protected QdiscSpec()
    {
    }

    /// <summary>Where it stands.</summary>
    public virtual TrafficHandle Parent => TrafficHandle.Root;

    /// <summary>Its name on the interface.</summary>
    public virtual TrafficHandle Handle { get; init; } = TrafficHandle.Of(1, 0);

    /// <summary>The kernel's name of the kind.</summary>
    internal abstract string Kind { get; }

    /// <summary>Writes TCA_OPTIONS, where the kind has any.</summary>
    internal virtual void WriteOptions(MessageWriter writer)
    {
    }
}
