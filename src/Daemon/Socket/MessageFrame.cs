using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using MultiNet.Meta.NodeDaemon;
using UnixSocket = System.Net.Sockets.Socket;

namespace MultiNet.Daemon.Socket;

/// <summary>The server's side of a frame: 4 bytes of length (little endian), then JSON.</summary>
internal static class MessageFrame
{
    /// <summary>Reads a request.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="large">Taken by whoever reads a large request, so that many of them do not take the memory together.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where the client hung up before it said anything.</returns>
    /// <exception cref="InvalidDataException">It is no request.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public static async Task<DaemonRequest?> ReadAsync(UnixSocket socket, SemaphoreSlim large, CancellationToken cancellationToken)
    {
        byte[] header = new byte[DaemonRequest.HeaderLength];
        if (!await FillAsync(socket, header, cancellationToken).ConfigureAwait(false))
            return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is <= 0 or > DaemonRequest.LongestMessage)
            throw new InvalidDataException($"a request of {(uint)length} bytes; allowed are 1 to {DaemonRequest.LongestMessage}");
        if (length <= LargeRequest)
            return await ReadBodyAsync(socket, length, cancellationToken).ConfigureAwait(false);
        await large.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadBodyAsync(socket, length, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            large.Release();
        }
    }

    /// <summary>Sends an answer.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public static async Task WriteAsync(UnixSocket socket, DaemonAnswer answer, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream(1024);
        buffer.Write(stackalloc byte[DaemonRequest.HeaderLength]);
        using (var json = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(json, answer, DaemonJson.Default.DaemonAnswer);
        var message = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.Span, message.Length - DaemonRequest.HeaderLength);
        while (!message.IsEmpty)
            message = message[await socket.SendAsync(message, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }

    // A request with the status of a pod of some networks has a few kilobytes.
    private const int LargeRequest = 128 * 1024;

    private static async Task<DaemonRequest> ReadBodyAsync(UnixSocket socket, int length, CancellationToken cancellationToken)
    {
        // Grown as it comes: an announced length is only a word.
        byte[] body = new byte[Math.Min(length, LargeRequest)];
        for (int read = 0; read < length; read = body.Length)
        {
            if (read > 0)
                Array.Resize(ref body, Math.Min(length, body.Length * 4));
            if (!await FillAsync(socket, body.AsMemory(read), cancellationToken).ConfigureAwait(false))
                throw new InvalidDataException("the request ended before its end");
        }
        try
        {
            return JsonSerializer.Deserialize(body, DaemonJson.Default.DaemonRequest) ?? throw new InvalidDataException("the request is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"the request is not what was expected: {e.Message}", e);
        }
    }

    // False where the stream ends before the first byte.
    private static async Task<bool> FillAsync(UnixSocket socket, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        for (int filled = 0; filled < bytes.Length;)
        {
            int read = await socket.ReceiveAsync(bytes[filled..], SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return filled == 0 ? false : throw new InvalidDataException("the request ended before its end");
            filled += read;
        }
        return true;
    }
}
