using System.Buffers.Binary;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>How gRPC puts a message into a body: a byte that tells of compression, four of length (big endian), the message.</summary>
internal static class GrpcFrame
{
    private const int PrefixLength = 5;

    /// <summary>A message with its prefix.</summary>
    public static byte[] Of(ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(PrefixLength));
        return frame;
    }

    /// <summary>Reads the one message of a body, and the body to its end: trailers come behind it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="largest">The longest message that is read, in bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The message; null where the body is empty, as it is when the call failed.</returns>
    /// <exception cref="InvalidDataException">Compressed, too long, cut off, or more than one message.</exception>
    public static async Task<byte[]?> ReadOnlyAsync(Stream body, int largest, CancellationToken cancellationToken)
    {
        byte[] prefix = new byte[PrefixLength];
        int read = await body.ReadAtLeastAsync(prefix, PrefixLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            return null;
        if (read < PrefixLength)
            throw new InvalidDataException($"the answer ends after {read} bytes");
        if (prefix[0] != 0)
            throw new InvalidDataException("the answer is compressed, which was not asked for");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (length > (uint)largest)
            throw new InvalidDataException($"an answer of {length} bytes; at most {largest} are read");
        // Grows with what comes: whoever claims 16 MiB and sends nothing gets nothing.
        using var message = new MemoryStream((int)Math.Min(length, 64 * 1024));
        byte[] part = new byte[(int)Math.Clamp(length, 1, 64 * 1024)];
        while (message.Length < length)
        {
            int count = await body.ReadAsync(part.AsMemory(0, (int)Math.Min(part.Length, length - message.Length)), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                throw new InvalidDataException($"the answer ends after {message.Length} of {length} bytes");
            message.Write(part, 0, count);
        }
        return await body.ReadAsync(prefix.AsMemory(0, 1), cancellationToken).ConfigureAwait(false) == 0
            ? message.ToArray()
            : throw new InvalidDataException("more than one message where one was asked for");
    }
}
