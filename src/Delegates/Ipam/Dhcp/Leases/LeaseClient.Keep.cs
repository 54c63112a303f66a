using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <content>T1, T2, the end of a lease, and its release (RFC 2131, 4.4.5 and 4.4.6).</content>
internal sealed partial class LeaseClient
{
    // RFC 2131 asks for 60 s between two tries; short leases would then have but one.
    private static readonly TimeSpan s_leastPause = TimeSpan.FromSeconds(60);

    // While it is renewed, the times of the lease that it has count from _renewalBase; _sentAt is the new request's.
    private TimeSpan _nextTry, _listenUntil, _renewalBase;

    private TimeSpan ExpiresAt => _sentAt + TimeSpan.FromSeconds(Terms.LeaseSeconds);

    private void ScheduleRenewal()
    {
        if (Terms.LeaseSeconds == LeaseTerms.Forever)
        {
            WakeAt = null;
            return;
        }
        // A little earlier, each lease by another share: those of one moment drift apart.
        WakeIn(_sentAt + TimeSpan.FromSeconds(Terms.RenewalSeconds * (1 - Random.Shared.NextDouble() / 20)) - Now);
    }

    private void Keep()
    {
        if (_phase == Phase.Bound)
        {
            (_phase, _began, _transaction) = (Phase.Renewing, Now, NewTransaction());
            _renewalBase = _sentAt;
            _nextTry = Now;
        }
        if (Now >= Expiry)
        {
            Lose();
            return;
        }
        if (_phase == Phase.Renewing && Now >= Rebinding)
        {
            _phase = Phase.Rebinding;
            _nextTry = Now;
            _log("renewal time expired, rebinding");
        }
        if (Now >= _nextTry)
            TryToKeep();
        else if (_link is not null && Now >= _listenUntil)
            CloseLink();
        if (_phase is not (Phase.Renewing or Phase.Rebinding))
            return;
        var next = Earlier(_nextTry, _phase == Phase.Renewing ? Rebinding : Expiry);
        WakeIn((_link is null ? next : Earlier(next, _listenUntil)) - Now);
    }

    private TimeSpan Rebinding => _renewalBase + TimeSpan.FromSeconds(Terms.RebindingSeconds);

    private TimeSpan Expiry => _renewalBase + TimeSpan.FromSeconds(Terms.LeaseSeconds);

    private void TryToKeep()
    {
        bool isRenewing = _phase == Phase.Renewing;
        var end = isRenewing ? Rebinding : Expiry;
        var least = TimeSpan.FromSeconds(Math.Clamp(Terms.LeaseSeconds / 20.0, 1, s_leastPause.TotalSeconds));
        var half = (end - Now) / 2;
        _nextTry = Now + (half > least ? half : least);
        _listenUntil = Earlier(Now + _times.Timeout, _nextTry);
        try
        {
            _link ??= OpenOwn();
        }
        catch (LinkGoneException e)
        {
            End($"{e.Message}; the lease of {_lease.Address} is dropped");
            return;
        }
        catch (CniException e)
        {
            _log($"cannot renew now: {e.Message}");
            return;
        }
        _log(isRenewing ? "renewing lease" : "rebinding lease");
        _sentAt = Now;
        if (isRenewing && _lease.Message.Server is { } server)
            TrySend(KeepingRequest(), _lease.Address, server, _lease.ServerHardwareAddress);
        else
            TrySend(KeepingRequest(), _lease.Address, IPAddress.Broadcast, default);
    }

    private void Renewed(DhcpMessage answer, MacAddress from)
    {
        if (answer.Type == DhcpMessageType.Nak)
            AskForTheSameAgain($"server rejected request with Nak{Message(answer)}");
        else if (answer.Type == DhcpMessageType.Ack && !answer.YourAddress.Equals(_lease.Address))
            AskForTheSameAgain($"server {answer.Server} renewed another address, {answer.YourAddress}");
        else if (answer.Type == DhcpMessageType.Ack)
            Bind(answer, from);
    }

    // One message, which no server answers.
    private void SendRelease()
    {
        try
        {
            _link ??= OpenOwn();
            _transaction = NewTransaction();
            _link.Send(ReleaseMessage(), _lease.Address, _lease.Message.Server ?? IPAddress.Broadcast, _lease.ServerHardwareAddress);
        }
        catch (Exception e) when (e is LinkGoneException or CniException)
        {
            _log($"the server is not told of the release: {e.Message}");
        }
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
