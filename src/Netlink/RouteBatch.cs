using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// Independent changes that go to the kernel in one system call. The kernel executes them in their order and goes on after a
/// failure: this is not a transaction. A batch is sent once; while it is composed, its socket must not be used otherwise.
/// </summary>
public sealed partial class RouteBatch
{
    // Each acknowledgement takes about 1 KB of the socket's receive queue of 208 KB, and explanations more.
    private const int MessagesInFlight = 64;

    private readonly NetlinkChannel _channel;
    private readonly List<(uint Sequence, string Operation)> _pending = [];
    private List<NetlinkException>? _failures;

    internal RouteBatch(NetlinkChannel channel)
    {
        _channel = channel;
        _channel.Writer.Clear();
    }

    /// <summary>What failed, in the order of the operations; complete after <see cref="Send"/>.</summary>
    public IReadOnlyList<NetlinkException> Failures => _failures ?? (IReadOnlyList<NetlinkException>)[];

    /// <summary>Changes an interface.</summary>
    public RouteBatch LinkSet(int index, LinkChange change)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        return LinkSet(index, null, change);
    }

    /// <summary>Changes an interface, which may be one that an earlier message of the batch makes.</summary>
    public RouteBatch LinkSet(string name, LinkChange change)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return LinkSet(0, name, change);
    }

    /// <summary>Makes an interface in the namespace of the socket.</summary>
    public RouteBatch LinkAdd(LinkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var writer = Begin(MessageType.NewLink, MessageFlags.Create | MessageFlags.Exclusive, $"add link \"{spec.Name}\" of kind {spec.Kind}");
        LinkMessages.WriteAdd(writer, spec, null);
        return this;
    }

    /// <summary>Sends what is left and waits for every answer.</summary>
    /// <exception cref="NetlinkException">The first failure; <see cref="Failures"/> has all of them.</exception>
    public void Send()
    {
        Flush();
        if (_failures is { } failures)
            throw failures[0];
    }

    private RouteBatch LinkSet(int index, string? name, LinkChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        string target = name is null ? $"link {index}" : $"link \"{name}\"";
        // RTM_NEWLINK without NLM_F_CREATE changes an interface and, unlike RTM_SETLINK, what its kind knows.
        if (!change.IsOnlyBridgePort)
            LinkMessages.WriteChange(Begin(MessageType.NewLink, MessageFlags.None, LinkOperation.Describe(target, change)), index, name, change);
        if (change.BridgePort is { } port)
            LinkMessages.WriteBridgePort(Begin(MessageType.NewLink, MessageFlags.None, $"set bridge port of {target}"), index, name, port);
        return this;
    }

    private MessageWriter Begin(ushort type, MessageFlags flags, string operation)
    {
        if (_pending.Count == MessagesInFlight)
            Flush();
        uint sequence = _channel.Writer.BeginMessage(type, flags | MessageFlags.Ack);
        _pending.Add((sequence, operation));
        return _channel.Writer;
    }

    private void Flush()
    {
        if (_pending.Count == 0)
            return;
        _channel.Writer.EndMessage();
        try
        {
            _channel.ExecuteAll(_pending, failure => (_failures ??= []).Add(failure));
        }
        finally
        {
            _pending.Clear();
            _channel.Writer.Clear();
        }
    }
}
