using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>The settings of a token bucket filter (<c>tbf</c>).</summary>
/// <param name="Rate">Bytes per second.</param>
/// <param name="Limit">Bytes that may wait.</param>
/// <param name="Buffer">The size of the bucket: the ticks that it takes to send it at <paramref name="Rate"/>.</param>
public sealed record TokenBucket(ulong Rate, uint Limit, uint Buffer)
{
    /// <summary>The kernel's name of the kind.</summary>
    public const string Kind = "tbf";

    internal const int ParametersLength = 36;
    internal const int RateAt = 8;
    internal const int LimitAt = 24;
    internal const int BufferAt = 28;

    internal static TokenBucket Parse(AttributeReader reader)
    {
        ulong rate = 0;
        uint limit = 0, buffer = 0;
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case QdiscAttribute.TbfParameters:
                    if (reader.Value.Length < ParametersLength)
                        ThrowHelper.AttributeTooShort(reader.Type, ParametersLength, reader.Value.Length);
                    rate = Math.Max(rate, MemoryMarshal.Read<uint>(reader.Value[RateAt..]));
                    limit = MemoryMarshal.Read<uint>(reader.Value[LimitAt..]);
                    buffer = MemoryMarshal.Read<uint>(reader.Value[BufferAt..]);
                    break;
                case QdiscAttribute.TbfRate64:
                    rate = reader.U64();
                    break;
            }
        }
        return new TokenBucket(rate, limit, buffer);
    }
}
