using MultiNet.Cni;
using MultiNet.Delegates.DBus;

namespace MultiNet.Delegates.Firewall;

/// <summary>
/// firewalld's zones, as far as addresses belong to them: <c>org.fedoraproject.FirewallD1.zone</c> on the system bus. What is said there
/// holds until firewalld reloads or stops. The bus is asked when it is first needed.
/// </summary>
/// <param name="busAddress">The bus; null for the system's.</param>
internal sealed class FirewalldZones(string? busAddress = null) : IDisposable
{
    private const string Name = "org.fedoraproject.FirewallD1";

    // firewalld changes nftables while the caller waits, and one caller after the other.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(25);

    private DBusConnection? _connection;

    /// <summary>Does firewalld run?</summary>
    /// <exception cref="CniException">The bus is there and gives no answer.</exception>
    public bool IsRunning
    {
        get
        {
            try
            {
                return Connection.NameHasOwner(Name);
            }
            catch (DBusException e) when (e.Problem == DBusProblem.NoBus)
            {
                return false;
            }
            catch (DBusException e)
            {
                throw Failed("failed to ask for firewalld", e);
            }
        }
    }

    /// <summary>Lets an address belong to a zone. Where firewalld does not run, the bus may start it.</summary>
    /// <returns>False where it did already.</returns>
    /// <exception cref="CniException">firewalld is not there or refused: there is no such zone, or the address belongs to another one.</exception>
    public bool AddSource(string zone, IPPrefix address)
    {
        try
        {
            Call("addSource", zone, address, mayStart: true);
            return true;
        }
        catch (DBusException e) when (Says(e, "ZONE_ALREADY_SET"))
        {
            return false;
        }
        catch (DBusException e)
        {
            throw Failed($"failed to add the address {address} to {zone} zone", e);
        }
    }

    /// <summary>Takes an address out of a zone. One that is not in it is success, and so is a firewalld that does not run: it forgets.</summary>
    /// <exception cref="CniException">firewalld refused for another reason, or gave no answer.</exception>
    public void RemoveSource(string zone, IPPrefix address)
    {
        try
        {
            if (Connection.NameHasOwner(Name))
                Call("removeSource", zone, address);
        }
        catch (DBusException e) when (e.Problem == DBusProblem.NoBus || Says(e, "UNKNOWN_SOURCE") || Says(e, "ZONE_CONFLICT") || Says(e, "INVALID_ZONE") || IsGone(e))
        {
        }
        catch (DBusException e)
        {
            throw Failed($"failed to remove the address {address} from {zone} zone", e);
        }
    }

    /// <summary>Does an address belong to a zone?</summary>
    /// <exception cref="CniException">It does not, or firewalld is not there.</exception>
    public void Check(string zone, IPPrefix address)
    {
        DBusException? cause = null;
        try
        {
            if (Call("querySource", zone, address).Boolean())
                return;
        }
        catch (DBusException e)
        {
            cause = e;
        }
        throw new CniException(
            CniErrorCode.Internal, $"failed to find the address {address} in {zone} zone",
            cause?.Message ?? "It was taken out after ADD, by firewall-cmd or a reload of firewalld; DEL and ADD put it in again.", cause);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();

    private DBusConnection Connection => _connection ??= DBusConnection.Open(busAddress ?? DBusAddress.SystemBus);

    private DBusReply Call(string method, string zone, IPPrefix address, bool mayStart = false) =>
        Connection.Call(
            new DBusCall(Name, "/org/fedoraproject/FirewallD1", $"{Name}.zone", method, zone, address.ToString()) { MayStartService = mayStart }, Deadline.After(s_deadline));

    // firewalld has one error for all, whose text begins with the word that matters.
    private static bool Says(DBusException error, string word) => error.Problem == DBusProblem.Answer && error.Message.Contains(word, StringComparison.Ordinal);

    // It ended between question and call.
    private static bool IsGone(DBusException error) => error.ErrorName is "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner";

    private static CniException Failed(string what, DBusException cause) => new(
        cause.Problem == DBusProblem.Timeout ? CniErrorCode.TryAgainLater : CniErrorCode.Internal,
        $"{what}: {cause.Message}",
        cause.Problem == DBusProblem.Answer && !IsGone(cause) ? cause.ErrorName : "firewalld must run and be reachable over the system bus, or set \"backend\": \"iptables\".", cause);
}
