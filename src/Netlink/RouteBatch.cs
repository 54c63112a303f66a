using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// Independent changes that go to the kernel together, up to 64 in one system call. The kernel executes them in their order and goes
/// on after a failure: this is not a transaction. Nothing happens before <see cref="Send"/>; the socket may be used meanwhile.
/// </summary>
public sealed partial class RouteBatch
{
    // Each acknowledgement takes about 1 KB of the socket's receive queue of 208 KB, and explanations more.
    private const int MessagesInFlight = 64;

    private readonly NetlinkChannel _channel;
    private readonly MessageWriter _writer;
    private readonly List<PendingRequest> _pending = [];
    private List<NetlinkException>? _failures;
    private bool _incomplete;

    internal RouteBatch(NetlinkChannel channel)
    {
        _channel = channel;
        _writer = channel.NewWriter();
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
        return Complete();
    }

    /// <summary>Sends everything, waits for every answer, and is empty again.</summary>
    /// <exception cref="NetlinkException">The first failure; <see cref="Failures"/> has all of them.</exception>
    public void Send()
    {
        CheckComplete();
        _failures = null;
        _writer.EndMessage();
        try
        {
            var pending = CollectionsMarshal.AsSpan(_pending);
            while (!pending.IsEmpty)
            {
                int count = Math.Min(pending.Length, MessagesInFlight);
                int end = count < pending.Length ? pending[count].Start : _writer.Length;
                _channel.ExecuteAll(_writer.Written[pending[0].Start..end], pending[..count], ref _failures);
                pending = pending[count..];
            }
        }
        finally
        {
            _pending.Clear();
            _writer.Clear();
        }
        if (_failures is { } failures)
            throw failures[0];
    }

    private RouteBatch LinkSet(int index, string? name, LinkChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        string target = name is null ? $"link {index}" : $"link \"{name}\"";
        // RTM_NEWLINK without NLM_F_CREATE changes an interface and, unlike RTM_SETLINK, what its kind knows.
        if (!change.IsOnlyBridgePort)
        {
            LinkMessages.WriteChange(Begin(MessageType.NewLink, MessageFlags.None, LinkOperation.Describe(target, change)), index, name, change);
            Complete();
        }
        if (change.BridgePort is { } port)
        {
            LinkMessages.WriteBridgePort(Begin(MessageType.NewLink, MessageFlags.None, $"set bridge port of {target}"), index, name, port);
            Complete();
        }
        return this;
    }

    private MessageWriter Begin(ushort type, MessageFlags flags, string operation)
    {
        CheckComplete();
        _writer.EndMessage();
        int start = _writer.Length;
        _pending.Add(new PendingRequest(_writer.BeginMessage(type, flags | MessageFlags.Ack), operation, start));
        _incomplete = true;
        return _writer;
    }

    private RouteBatch Complete()
    {
        _incomplete = false;
        return this;
    }

    // An impossible argument ends the composition of a message half-way.
    private void CheckComplete()
    {
        if (_incomplete)
            throw new InvalidOperationException("a change of this batch was refused while it was composed; the batch cannot be used any more");
    }
}
