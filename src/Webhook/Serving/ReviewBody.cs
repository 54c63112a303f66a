using System.Buffers;
using System.IO.Pipelines;

namespace MultiNet.Webhook.Serving;

/// <summary>A body while it is read, in a buffer that grows with what has come: a client that only promises much holds little.</summary>
/// <param name="budget">What all bodies together may hold.</param>
internal sealed class ReviewBody(BodyBudget budget) : IDisposable
{
    private const int First = 16 * 1024;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads to the end.</summary>
    /// <returns>False where the budget does not allow so much; the rest is not read.</returns>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">It is longer than allowed, slower than allowed, or broken.</exception>
    public async Task<bool> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = result.Buffer;
            if (!Grow(part.Length))
                return false;
            part.CopyTo(_buffer.AsSpan(_length));
            _length += (int)part.Length;
            reader.AdvanceTo(part.End);
            if (result.IsCompleted)
                return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release(_buffer);
        (_buffer, _length) = ([], 0);
    }

    private bool Grow(long more)
    {
        if (_length + more <= _buffer.Length)
            return true;
        int wanted = (int)Math.Max(_length + more, Math.Max(First, _buffer.Length * 2L));
        if (!budget.TryTake(wanted))
            return false;
        byte[] larger;
        try
        {
            // Not from the shared pool: it would keep the largest for good.
            larger = GC.AllocateUninitializedArray<byte>(wanted);
        }
        catch (OutOfMemoryException)
        {
            budget.Return(wanted);
            return false;
        }
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Release(_buffer);
        _buffer = larger;
        return true;
    }

    private void Release(byte[] buffer) => budget.Return(buffer.Length);
}
