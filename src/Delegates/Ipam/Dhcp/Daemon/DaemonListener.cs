using System.Net.Sockets;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Daemon;

/// <summary>The daemon's listening socket: systemd's, or one at a path; and the word to systemd that it listens.</summary>
internal static class DaemonListener
{
    /// <summary>Where systemd begins to pass descriptors (SD_LISTEN_FDS_START).</summary>
    internal const int FirstPassedDescriptor = 3;

    /// <summary>Takes the socket that systemd passes (sd_listen_fds(3)), or listens at a path.</summary>
    /// <param name="path">The path, where none is passed.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="isOwn">The file at the path is ours to remove.</param>
    /// <param name="first">The descriptor that is passed.</param>
    /// <exception cref="CniException">Code 5: it cannot listen there. Code 11: another daemon does.</exception>
    internal static Socket Open(string path, Func<string, string?> environment, out bool isOwn, int first = FirstPassedDescriptor)
    {
        isOwn = false;
        int passed = PassedDescriptors(environment);
        if (passed > 1)
            throw new CniException(CniErrorCode.IOFailure, $"Too many ({passed}) FDs passed through socket activation", "The socket unit must have one ListenStream.");
        if (passed == 1)
            return TakeOver(first);
        isOwn = true;
        return Listen(path);
    }

    /// <summary>Tells systemd (sd_notify(3)); nothing where it did not ask.</summary>
    internal static void Notify(string state, Func<string, string?> environment)
    {
        string? address = environment("NOTIFY_SOCKET");
        if (string.IsNullOrEmpty(address))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // "@" stands for the zero byte of an abstract address.
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
            socket.Send(System.Text.Encoding.UTF8.GetBytes(state));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // It will find out.
        }
    }

    private static int PassedDescriptors(Func<string, string?> environment) =>
        environment("LISTEN_PID") == Environment.ProcessId.ToString() && int.TryParse(environment("LISTEN_FDS"), out int count) ? count : 0;

    private static Socket TakeOver(int descriptor)
    {
        try
        {
            return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        }
        catch (SocketException e)
        {
            throw new CniException(CniErrorCode.IOFailure, $"LISTEN_FDS=1, but descriptor {descriptor} is no socket: {e.Message}", "", e);
        }
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var address = new UnixDomainSocketEndPoint(path);
            RemoveStale(path, address);
            socket.Bind(address);
            // Who may connect may have any container's interface configured.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(1024);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new CniException(CniErrorCode.IOFailure, $"cannot listen at {Shortened.Text(path, 200)}: {e.Message}", "", e);
        }
        catch (CniException)
        {
            socket.Dispose();
            throw;
        }
    }

    // What a killed daemon left behind would be "address already in use".
    private static void RemoveStale(string path, UnixDomainSocketEndPoint address)
    {
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        throw new CniException(CniErrorCode.TryAgainLater, $"another daemon listens at {path}", "End it first, or choose another --socketpath.");
    }
}
