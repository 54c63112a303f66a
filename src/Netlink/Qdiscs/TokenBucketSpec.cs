using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>
/// <c>tbf</c>: lets through what a bucket of tokens pays for, queues the rest, and drops what the queue does not hold. No rate table
/// is sent: since Linux 3.8 the kernel computes times itself.
/// </summary>
public sealed record TokenBucketSpec : QdiscSpec
{
    /// <summary>The settings.</summary>
    public required TokenBucket Bucket { get; init; }

    internal override string Kind => TokenBucket.Kind;

    internal override void WriteOptions(MessageWriter writer)
    {
        // struct tc_tbf_qopt: two struct tc_ratespec of 12 bytes (the rate is the last field), limit, buffer, mtu.
        Span<byte> parameters = stackalloc byte[TokenBucket.ParametersLength];
        parameters.Clear();
        bool isWide = Bucket.Rate > uint.MaxValue;
        MemoryMarshal.Write(parameters[TokenBucket.RateAt..], isWide ? uint.MaxValue : (uint)Bucket.Rate);
        MemoryMarshal.Write(parameters[TokenBucket.LimitAt..], Bucket.Limit);
        MemoryMarshal.Write(parameters[TokenBucket.BufferAt..], Bucket.Buffer);
        int options = writer.BeginNested(QdiscAttribute.Options);
        writer.Bytes(QdiscAttribute.TbfParameters, parameters);
        if (isWide)
            writer.U64(QdiscAttribute.TbfRate64, Bucket.Rate);
        writer.EndNested(options);
    }
}
