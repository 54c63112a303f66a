using System.Net.Sockets;
using System.Text;

namespace MultiNet.Delegates.DBus;

/// <summary>
/// Addresses of message buses (D-Bus specification, "Server Addresses"), as far as they are unix sockets:
/// <c>unix:path=/run/dbus/system_bus_socket;unix:abstract=/tmp/x</c>.
/// </summary>
internal static class DBusAddress
{
    /// <summary>The environment variable that names the system bus.</summary>
    public const string SystemBusVariable = "DBUS_SYSTEM_BUS_ADDRESS";

    /// <summary>Where the system bus is if nobody says otherwise.</summary>
    public const string DefaultSystemBus = "unix:path=/run/dbus/system_bus_socket";

    /// <summary>The system bus of this process.</summary>
    public static string SystemBus => Environment.GetEnvironmentVariable(SystemBusVariable) is { Length: > 0 } address ? address : DefaultSystemBus;

    /// <summary>The sockets of an address, in the order in which they are to be tried; those of other kinds are left out.</summary>
    public static IReadOnlyList<UnixDomainSocketEndPoint> Sockets(string address)
    {
        var sockets = new List<UnixDomainSocketEndPoint>();
        foreach (string one in address.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!one.StartsWith("unix:", StringComparison.Ordinal))
                continue;
            foreach (string pair in one["unix:".Length..].Split(','))
            {
                int equals = pair.IndexOf('=');
                string? path = equals < 0 ? null : pair[..equals] switch
                {
                    "path" => Unescape(pair[(equals + 1)..]),
                    "abstract" => "\0" + Unescape(pair[(equals + 1)..]),
                    _ => null,
                };
                // sun_path has 108 bytes with the final zero.
                if (path is { Length: > 1 } && Encoding.UTF8.GetByteCount(path) < 108)
                    sockets.Add(new UnixDomainSocketEndPoint(path));
            }
        }
        return sockets;
    }

    // %2f is a byte of the value.
    private static string Unescape(string value)
    {
        if (!value.Contains('%'))
            return value;
        var bytes = new List<byte>();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && char.IsAsciiHexDigit(value[i + 1]) && char.IsAsciiHexDigit(value[i + 2]))
            {
                bytes.Add(Convert.ToByte(value.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(value, i, 1));
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
