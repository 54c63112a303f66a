using System.Net.Sockets;
using UnixSocket = System.Net.Sockets.Socket;

namespace MultiNet.Daemon.Socket;

/// <summary>The socket's file: for its owner only, in a folder for its owner only, and there from one moment to the next.</summary>
internal static class SocketFile
{
    /// <summary>
    /// Listens at a path. What a daemon before left there is replaced by a rename, so that a client finds the old socket or the new one.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <exception cref="IOException">The folder or the socket cannot be made.</exception>
    public static UnixSocket Listen(string path, int backlog)
    {
        string folder = Path.GetDirectoryName(path)!;
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var socket = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(folder, Private);
            if (File.GetUnixFileMode(folder) != Private)
                File.SetUnixFileMode(folder, Private);
            string temporary = $"{path}.{Environment.ProcessId}";
            File.Delete(temporary);
            // Nobody else enters the folder, so that it does not matter what mode the socket has for a moment.
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(backlog);
            File.Move(temporary, path, overwrite: true);
            return socket;
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException or IOException)
        {
            socket.Dispose();
            throw new IOException($"cannot listen on {path}: {e.Message}", e);
        }
    }

    /// <summary>When the socket was made: by that a daemon knows its own.</summary>
    public static DateTime TimeOf(string path) => File.GetLastWriteTimeUtc(path);

    /// <summary>Removes the socket, unless another daemon has put its own there.</summary>
    public static void Remove(string path, DateTime made)
    {
        try
        {
            if (TimeOf(path) == made)
                File.Delete(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // Nobody answers there: whoever asks knows it at once.
        }
    }
}
