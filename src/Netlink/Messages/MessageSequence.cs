namespace MultiNet.Netlink.Messages;

/// <summary>The sequence numbers of one socket, shared by all that write to it, so that an answer has one question only.</summary>
internal sealed class MessageSequence
{
    private uint _last;

    /// <summary>The next number; never 0, which unsolicited notifications carry.</summary>
    internal uint Next()
    {
        if (++_last == 0)
            _last = 1;
        return _last;
    }
}
