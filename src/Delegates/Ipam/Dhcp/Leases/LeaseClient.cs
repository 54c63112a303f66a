using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>
/// The client's side of DHCP for one lease (RFC 2131, 4.4), without a thread and without waiting: it is woken at <see cref="WakeAt"/> and given what
/// is received. It has the interface open only while it expects an answer, because an open socket would keep a dead container's namespace alive.
/// </summary>
internal sealed partial class LeaseClient
{
    // RFC 2131, 4.4.1: then it begins anew.
    private const int MostRequests = 4;

    private readonly ILeaseNetwork _network;
    private readonly LeaseStore _store;
    private readonly ClientTimes _times;
    private readonly TimeProvider _clock;
    private readonly Action<string> _log;
    private readonly long _origin;

    private Phase _phase = Phase.Ended;
    private Lease _lease;
    private ILeaseLink? _link;
    private Backoff _backoff;
    private uint _transaction;
    private TimeSpan _began, _giveUpAt, _sentAt;
    private int _requests;

    /// <summary>Makes a client that does nothing yet.</summary>
    /// <param name="lease">Whose lease, where, with which options; message and times count for <see cref="Resume"/> only.</param>
    /// <param name="network">Where it asks.</param>
    /// <param name="store">Where it writes down what it has.</param>
    /// <param name="times">How patient it is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Gets a line for each thing that happens.</param>
    public LeaseClient(Lease lease, ILeaseNetwork network, LeaseStore store, ClientTimes times, TimeProvider clock, Action<string> log)
    {
        (_lease, _network, _store, _times, _clock) = (lease, network, store, times, clock);
        _log = text => log($"{Id}: {text}");
        _origin = clock.GetTimestamp();
    }

    private enum Phase
    {
        Ended,

        /// <summary>DISCOVER was sent.</summary>
        Selecting,

        /// <summary>REQUEST for an offer was sent.</summary>
        Requesting,

        /// <summary>Nothing to do before T1.</summary>
        Bound,

        /// <summary>Its server is asked.</summary>
        Renewing,

        /// <summary>Any server is asked.</summary>
        Rebinding,

        /// <summary>An ADD was interrupted between REQUEST and ACK; its DEL will come.</summary>
        Orphaned,
    }

    /// <summary>Whose lease it is.</summary>
    public LeaseId Id => _lease.Id;

    /// <summary>The lease, as far as there is one.</summary>
    public Lease Lease => _lease;

    /// <summary>The container has the address, and may use it.</summary>
    public bool IsBound => _phase is Phase.Bound or Phase.Renewing or Phase.Rebinding;

    /// <summary>It is being asked for.</summary>
    public bool IsAcquiring => _phase is Phase.Selecting or Phase.Requesting;

    /// <summary>It is over: there is no lease.</summary>
    public bool HasEnded => _phase == Phase.Ended;

    /// <summary>When <see cref="Wake"/> is to be called, by the clock's timestamps; null: never.</summary>
    public long? WakeAt { get; private set; }

    /// <summary>Called once, when the lease is there.</summary>
    public Action? Acquired { get; set; }

    /// <summary>Called once, when it is given up.</summary>
    public Action<CniException>? Failed { get; set; }

    /// <summary>Called after a message came in: <see cref="WakeAt"/> may have changed.</summary>
    public Action? Changed { get; set; }

    // It had the address before: it wants no other, as nobody would tell the container.
    private bool IsKnown => _lease.State == LeaseState.Bound;

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    private LeaseTerms Terms => new(_lease.Message);

    /// <summary>Begins to ask for a lease.</summary>
    /// <exception cref="LinkGoneException">There is no such namespace or interface.</exception>
    /// <exception cref="CniException">The interface cannot be used.</exception>
    public void Start()
    {
        _link = Open(setUp: true);
        _lease = _lease with { HardwareAddress = _link.HardwareAddress, State = LeaseState.Requested };
        _log("acquiring lease");
        Discover();
    }

    /// <summary>Goes on with a lease that was loaded.</summary>
    public void Resume()
    {
        try
        {
            // Closed again at once: it only shows whether the container is still there.
            OpenOwn().Dispose();
        }
        catch (LinkGoneException e)
        {
            End($"{e.Message}; the lease of {_lease.Address} is dropped");
            return;
        }
        catch (CniException e)
        {
            _log($"cannot look at the interface now: {e.Message}");
        }
        var elapsed = _clock.GetUtcNow() - _lease.Since;
        _sentAt = Now - (elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed);
        if (_lease.State == LeaseState.Requested)
        {
            _phase = Phase.Orphaned;
            WakeIn(ExpiresAt - Now);
            return;
        }
        _log($"resuming lease of {_lease.Address}");
        if (Now >= ExpiresAt)
        {
            AskForTheSameAgain("the lease ended while no daemon was there");
            return;
        }
        _phase = Phase.Bound;
        ScheduleRenewal();
    }

    /// <summary>Does what is due.</summary>
    public void Wake()
    {
        WakeAt = null;
        switch (_phase)
        {
            case Phase.Selecting or Phase.Requesting when Now >= _giveUpAt:
                GiveUp(new CniException(CniErrorCode.TryAgainLater, "no more tries", $"No server answered {(_phase == Phase.Selecting ? "DISCOVER" : "REQUEST")} within {_times.ResendTimeout.TotalSeconds:0.#} s."));
                break;
            case Phase.Requesting when _requests >= MostRequests:
                Discover();
                break;
            case Phase.Selecting or Phase.Requesting:
                SendAgain();
                break;
            case Phase.Bound or Phase.Renewing or Phase.Rebinding:
                Keep();
                break;
            case Phase.Orphaned:
                End("an address that was asked for and never used is dropped");
                break;
        }
    }

    /// <summary>Gives the lease back, or stops to ask for one. A container that is gone cannot say so to the server, whose lease then ends by itself.</summary>
    public void Release()
    {
        if (_phase == Phase.Ended)
            return;
        if (!_lease.Address.Equals(IPAddress.Any))
            SendRelease();
        End("released");
        Fail(new CniException(CniErrorCode.Internal, "the lease was released while it was asked for"));
    }

    /// <summary>Closes what is open; the lease stays on disk for the next daemon.</summary>
    public void Close()
    {
        CloseLink();
        WakeAt = null;
        _phase = Phase.Ended;
    }

    /// <summary>Is the interface that got the lease still there?</summary>
    public bool IsLinkThere()
    {
        try
        {
            OpenOwn().Dispose();
            return true;
        }
        catch (LinkGoneException)
        {
            return false;
        }
        catch (CniException)
        {
            // Nothing says that it is gone.
            return true;
        }
    }

    private void GiveUp(CniException error)
    {
        if (IsKnown)
        {
            Lose();
        }
        else
        {
            // The answer may have been lost, and the server holds the address.
            if (_phase == Phase.Requesting)
                SendRelease();
            End($"given up: {error.Message}");
        }
        Fail(error);
    }

    // What the server takes away must not be used: the same as in the reference.
    private void Lose()
    {
        try
        {
            using var link = _link ?? OpenOwn();
            link.SetDown();
            _link = null;
            End($"lease of {_lease.Address} is lost, the interface is set down");
        }
        catch (Exception e) when (e is CniException or LinkGoneException)
        {
            End($"lease of {_lease.Address} is lost: {e.Message}");
        }
    }

    private void Fail(CniException error)
    {
        Failed?.Invoke(error);
        (Failed, Acquired) = (null, null);
    }

    private void End(string why)
    {
        _log(why);
        Close();
        try
        {
            _store.Remove(Id);
        }
        catch (CniException e)
        {
            _log(e.Message);
        }
    }

    private ILeaseLink Open(bool setUp) => _network.Open(_lease.NetNs, Id.IfName, setUp, (message, from) =>
    {
        Receive(message, from);
        Changed?.Invoke();
    });

    // Another interface than the one that got the lease is another container's.
    private ILeaseLink OpenOwn()
    {
        var link = Open(setUp: false);
        if (link.HardwareAddress == _lease.HardwareAddress)
            return link;
        string other = link.HardwareAddress.ToString();
        link.Dispose();
        throw new LinkGoneException($"the interface {Id.IfName} in {_lease.NetNs} is another one now ({other})");
    }

    private void CloseLink()
    {
        _link?.Dispose();
        _link = null;
    }

    private void WakeIn(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        WakeAt = _clock.GetTimestamp() + (long)(delay.TotalSeconds * _clock.TimestampFrequency);
    }
}
