using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <content>DISCOVER, OFFER, REQUEST, ACK (RFC 2131, 3.1).</content>
internal sealed partial class LeaseClient
{
    private void Discover()
    {
        // The time to give up is the ADD's, however often it begins anew.
        if (_phase is not (Phase.Selecting or Phase.Requesting))
        {
            _began = Now;
            _giveUpAt = Now + _times.ResendTimeout;
        }
        _phase = Phase.Selecting;
        _transaction = NewTransaction();
        _backoff = new Backoff(_times.ResendMax);
        SendAgain();
    }

    // After a NAK, or when the lease ended while no daemon was there: the same address once more, or none.
    private void AskForTheSameAgain(string why)
    {
        _log($"{why}; asking for {_lease.Address} again");
        CloseLink();
        try
        {
            _link = OpenOwn();
        }
        catch (Exception e) when (e is LinkGoneException or CniException)
        {
            End(e.Message);
            return;
        }
        _phase = Phase.Bound;
        Discover();
    }

    private void SendAgain()
    {
        if (_phase == Phase.Requesting)
            _requests++;
        TrySend(_phase == Phase.Selecting ? DiscoverMessage() : SelectingRequest(), IPAddress.Any, IPAddress.Broadcast, default);
        _sentAt = Now;
        var pause = _backoff.Next();
        // The last time is the moment at which it is given up.
        WakeIn(Now + pause > _giveUpAt ? _giveUpAt - Now : pause);
    }

    // A link that is not ready yet, a queue that is full: the next try may succeed.
    private void TrySend(DhcpMessage message, IPAddress source, IPAddress destination, MacAddress nextHop)
    {
        try
        {
            _link!.Send(message, source, destination, nextHop);
        }
        catch (CniException e)
        {
            _log($"{message.Type} not sent: {e.Message}");
        }
    }

    private void Receive(DhcpMessage message, MacAddress from)
    {
        if (!message.IsReply || message.TransactionId != _transaction || message.HardwareAddress != _lease.HardwareAddress)
            return;
        switch (_phase)
        {
            case Phase.Selecting when message.Type == DhcpMessageType.Offer:
                Choose(message, from);
                break;
            case Phase.Requesting when message.Server?.Equals(_lease.Message.Server) == true:
                Decide(message, from);
                break;
            case Phase.Renewing or Phase.Rebinding:
                Renewed(message, from);
                break;
        }
    }

    // The first usable offer is taken, as in the reference.
    private void Choose(DhcpMessage offer, MacAddress from)
    {
        if (offer.Server is not { } server || !IsUsable(offer.YourAddress) || (IsKnown && !offer.YourAddress.Equals(_lease.Address)))
            return;
        if (!IsKnown)
        {
            // Before the request: whatever happens from here on, a DEL finds what may have been given.
            _lease = _lease with { Message = offer, ServerHardwareAddress = from, Since = _clock.GetUtcNow() };
            if (!TrySave(out var error))
            {
                GiveUp(error);
                return;
            }
        }
        else
        {
            _lease = _lease with { Message = Merge(offer, _lease.Message), ServerHardwareAddress = from };
        }
        _log($"offered {offer.YourAddress} by {server}");
        _phase = Phase.Requesting;
        _requests = 0;
        _backoff = new Backoff(_times.ResendMax);
        SendAgain();
    }

    private void Decide(DhcpMessage answer, MacAddress from)
    {
        if (answer.Type == DhcpMessageType.Nak)
        {
            _log($"server rejected request with Nak{Message(answer)}");
            if (IsKnown)
            {
                Lose();
                return;
            }
            // Not at once: a server that rejects what it has just offered would be asked without end.
            _phase = Phase.Selecting;
            _transaction = NewTransaction();
            _backoff = new Backoff(_times.ResendMax);
            WakeIn(Now + TimeSpan.FromSeconds(2) > _giveUpAt ? _giveUpAt - Now : TimeSpan.FromSeconds(2));
            return;
        }
        if (answer.Type != DhcpMessageType.Ack || !answer.YourAddress.Equals(_lease.Address))
            return;
        if (!IsKnown && new LeaseTerms(answer).PrefixLength is null)
        {
            SendRelease();
            GiveUp(new CniException(CniErrorCode.Internal, "DHCP option Subnet Mask not found in DHCPACK", $"The server {answer.Server} gave {answer.YourAddress} without a (valid) option 1."));
            return;
        }
        Bind(answer, from);
    }

    private void Bind(DhcpMessage ack, MacAddress from)
    {
        bool isNew = !IsKnown;
        _lease = _lease with
        {
            State = LeaseState.Bound,
            Message = isNew ? ack : Merge(ack, _lease.Message),
            ServerHardwareAddress = from,
            Since = _clock.GetUtcNow() - (Now - _sentAt),
        };
        if (!TrySave(out var error))
        {
            if (isNew)
            {
                _lease = _lease with { State = LeaseState.Requested };
                SendRelease();
                GiveUp(error);
                return;
            }
            // The container has its address, and the next renewal tries again.
            _log(error.Message);
        }
        CloseLink();
        _phase = Phase.Bound;
        _log($"lease of {_lease.Address} {(isNew ? "acquired" : "renewed")} from {ack.Server} for {(Terms.LeaseSeconds == LeaseTerms.Forever ? "ever" : $"{Terms.LeaseSeconds} s")}");
        ScheduleRenewal();
        Acquired?.Invoke();
        (Failed, Acquired) = (null, null);
    }

    private bool TrySave([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out CniException? error)
    {
        try
        {
            _store.Save(_lease);
            error = null;
            return true;
        }
        catch (CniException e)
        {
            error = e;
            return false;
        }
    }

    // Some servers leave out of a renewal's answer what they have said before.
    private static DhcpMessage Merge(DhcpMessage newer, DhcpMessage older)
    {
        foreach (var (code, value) in older.Options)
        {
            if (newer.Option(code) is null)
                newer.Set(code, value);
        }
        return newer;
    }

    private static bool IsUsable(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes[0] is > 0 and < 224 and not 127;
    }

    private static string Message(DhcpMessage nak) =>
        nak.Option(OptionCode.ServerMessage) is { Length: > 0 } text ? $" (msg: {Shortened.Bytes(text, 200)})" : "";

    private static uint NewTransaction() => (uint)Random.Shared.NextInt64(1L << 32);
}
