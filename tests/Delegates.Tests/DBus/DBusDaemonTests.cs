using MultiNet.Cni;
using MultiNet.Delegates.DBus;

namespace MultiNet.Delegates.Tests.DBus;

/// <summary>Against the real dbus-daemon.</summary>
public sealed class DBusDaemonTests : IDisposable
{
    private readonly DBusDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void Bus_LetsUsIn_AndTellsWhoIsThere()
    {
        using var connection = DBusConnection.Open(_daemon.Address);
        Assert.True(connection.NameHasOwner("org.freedesktop.DBus"));
        Assert.False(connection.NameHasOwner("org.fedoraproject.FirewallD1"));
    }

    [Fact]
    public void Bus_AnswersWithStringsAndErrors()
    {
        using var connection = DBusConnection.Open(_daemon.Address);
        var deadline = Deadline.After(TimeSpan.FromSeconds(60));
        DBusCall Bus(string method, params string[] arguments) => new("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, arguments);
        Assert.Equal("org.freedesktop.DBus", connection.Call(Bus("GetNameOwner", "org.freedesktop.DBus"), deadline).String());
        Assert.Equal(
            "org.freedesktop.DBus.Error.NameHasNoOwner", Assert.Throws<DBusException>(() => connection.Call(Bus("GetNameOwner", "org.example"), deadline)).ErrorName);
        Assert.Equal("org.freedesktop.DBus.Error.UnknownMethod", Assert.Throws<DBusException>(() => connection.Call(Bus("NoSuchMethod"), deadline)).ErrorName);
        // It still listens, after an error and after a call to somebody who is not there.
        var nobody = new DBusCall("org.fedoraproject.FirewallD1", "/x", "org.x", "addSource", "trusted", "10.0.0.1/32") { MayStartService = true };
        Assert.Equal("org.freedesktop.DBus.Error.ServiceUnknown", Assert.Throws<DBusException>(() => connection.Call(nobody, deadline)).ErrorName);
        Assert.True(connection.NameHasOwner("org.freedesktop.DBus"));
    }
}
