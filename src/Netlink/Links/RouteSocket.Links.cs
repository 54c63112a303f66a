using System.Diagnostics.CodeAnalysis;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Interfaces.</content>
public sealed partial class RouteSocket
{
    /// <summary>The interface of a name (or alternative name).</summary>
    /// <exception cref="NetlinkException">ENODEV: there is none.</exception>
    public Link LinkGet(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        LinkMessages.WriteGet(_channel.Begin(MessageType.GetLink, MessageFlags.None), 0, name);
        return _channel.Get<Link>($"get link \"{name}\"", LinkParser.Parse);
    }

    /// <summary>The interface of an index.</summary>
    /// <exception cref="NetlinkException">ENODEV: there is none.</exception>
    public Link LinkGet(int index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        LinkMessages.WriteGet(_channel.Begin(MessageType.GetLink, MessageFlags.None), index, null);
        return _channel.Get<Link>($"get link {index}", LinkParser.Parse);
    }

    /// <summary>The same, false where there is no such interface.</summary>
    public bool TryGetLink(string name, [NotNullWhen(true)] out Link? link) => Try(this, name, static (s, n) => s.LinkGet(n), out link);

    /// <inheritdoc cref="TryGetLink(string, out Link?)"/>
    public bool TryGetLink(int index, [NotNullWhen(true)] out Link? link) => Try(this, index, static (s, i) => s.LinkGet(i), out link);

    /// <summary>All interfaces of the namespace, in the order of their indices.</summary>
    public IReadOnlyList<Link> LinkList()
    {
        var writer = _channel.Begin(MessageType.GetLink, MessageFlags.Dump);
        writer.LinkHeader();
        LinkMessages.WriteMask(writer);
        return _channel.Dump<Link>("list links", LinkParser.Parse);
    }

    /// <summary>Makes an interface in the namespace of the socket and returns it: one message, one round trip.</summary>
    /// <exception cref="NetlinkException">EEXIST: the name is taken. EOPNOTSUPP: the kernel does not know the kind.</exception>
    public Link LinkAdd(LinkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        // NLM_F_ECHO brings the interface back with the acknowledgement (kernel 6.1 and newer).
        var flags = MessageFlags.Create | MessageFlags.Exclusive | MessageFlags.Ack | MessageFlags.Echo;
        LinkMessages.WriteAdd(_channel.Begin(MessageType.NewLink, flags), spec, null);
        var made = _channel.Execute<Link>($"add link \"{spec.Name}\" of kind {spec.Kind}", LinkParser.Parse);
        // The echo is sent before the master is set.
        return made is null ? LinkGet(spec.Name) : made with { MasterIndex = spec.MasterIndex ?? made.MasterIndex };
    }

    /// <summary>Makes an interface in another namespace: its name is taken there, indices in the spec count here.</summary>
    public void LinkAdd(LinkSpec spec, NetworkNamespace target)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(target);
        var flags = MessageFlags.Create | MessageFlags.Exclusive | MessageFlags.Ack;
        LinkMessages.WriteAdd(_channel.Begin(MessageType.NewLink, flags), spec, target);
        _channel.Execute($"add link \"{spec.Name}\" of kind {spec.Kind} in namespace \"{target}\"");
    }

    /// <summary>Changes an interface.</summary>
    public void LinkSet(int index, LinkChange change) => NewBatch().LinkSet(index, change).Send();

    /// <summary>Changes an interface. Its name cannot be changed this way.</summary>
    public void LinkSet(string name, LinkChange change) => NewBatch().LinkSet(name, change).Send();

    /// <summary>Deletes an interface.</summary>
    /// <exception cref="NetlinkException">ENODEV: there is none. EOPNOTSUPP: its kind cannot be deleted.</exception>
    public void LinkDelete(int index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        _channel.Begin(MessageType.DelLink, MessageFlags.Ack).LinkHeader(index: index);
        _channel.Execute($"delete link {index}");
    }

    /// <inheritdoc cref="LinkDelete(int)"/>
    public void LinkDelete(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var writer = _channel.Begin(MessageType.DelLink, MessageFlags.Ack);
        writer.LinkHeader();
        LinkMessages.WriteSelector(writer, name);
        _channel.Execute($"delete link \"{name}\"");
    }

    /// <summary>
    /// Deletes every interface of a device group with one message, which costs one grace period of the kernel however many there are.
    /// </summary>
    /// <param name="group">Not 0, the group of everything that has no other.</param>
    /// <returns>Whether there was any.</returns>
    /// <exception cref="NetlinkException">EOPNOTSUPP: an interface of the group cannot be deleted; then none is.</exception>
    public bool LinkDeleteGroup(uint group)
    {
        ArgumentOutOfRangeException.ThrowIfZero(group);
        var writer = _channel.Begin(MessageType.DelLink, MessageFlags.Ack);
        writer.LinkHeader();
        writer.U32(LinkAttribute.Group, group);
        try
        {
            _channel.Execute($"delete link group {group}");
            return true;
        }
        catch (NetlinkException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    private static bool Try<TKey, T>(RouteSocket socket, TKey key, Func<RouteSocket, TKey, T> get, [NotNullWhen(true)] out T? found)
        where T : class
    {
        try
        {
            found = get(socket, key);
            return true;
        }
        catch (NetlinkException exception) when (exception.IsNotFound)
        {
            found = null;
            return false;
        }
    }
}
