using System.Net.Sockets;
using System.Text;

namespace MultiNet.Hosting.Health;

/// <summary>One request of HTTP/1.1 on a connection, as far as a probe or a scraper needs it: a path goes in, a text comes out.</summary>
internal static class HttpExchange
{
    private const int LongestHead = 8 * 1024;

    /// <summary>Reads the head of a request.</summary>
    /// <returns>Method and path; null where the client hung up, or sent no head within 8 KiB.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public static async Task<(string Method, string Path)?> ReadAsync(System.Net.Sockets.Socket client, CancellationToken cancellationToken)
    {
        byte[] head = new byte[LongestHead];
        int read = 0;
        while (head.AsSpan(0, read).IndexOf("\r\n\r\n"u8) < 0)
        {
            int more = read < head.Length ? await client.ReceiveAsync(head.AsMemory(read), SocketFlags.None, cancellationToken).ConfigureAwait(false) : 0;
            if (more == 0)
                return null;
            read += more;
        }
        string line = Encoding.ASCII.GetString(head, 0, head.AsSpan(0, read).IndexOf("\r\n"u8));
        string[] parts = line.Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
            return null;
        int query = parts[1].IndexOf('?');
        return (parts[0], query < 0 ? parts[1] : parts[1][..query]);
    }

    /// <summary>Sends an answer, and says that the connection ends.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public static async Task WriteAsync(System.Net.Sockets.Socket client, HttpAnswer answer, bool withBody, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(answer.Text);
        string reason = answer.Code switch { 200 => "OK", 404 => "Not Found", 405 => "Method Not Allowed", 400 => "Bad Request", _ => "Service Unavailable" };
        byte[] head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {answer.Code} {reason}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        ReadOnlyMemory<byte> message = withBody ? (byte[])[.. head, .. body] : head;
        while (!message.IsEmpty)
            message = message[await client.SendAsync(message, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        client.Shutdown(SocketShutdown.Send);
    }
}
