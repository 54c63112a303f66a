using System.Globalization;
using System.Text;

namespace MultiNet.Netlink;

/// <summary>The clock of the packet scheduler, in whose ticks sizes of buckets are given: /proc/net/psched.</summary>
/// <param name="TicksPerMicrosecond">15.625 on every kernel since 2.6.31 (a tick is 64 ns).</param>
public readonly record struct SchedulerClock(double TicksPerMicrosecond)
{
    private const double MicrosecondsPerSecond = 1_000_000;

    /// <summary>Reads the kernel's clock.</summary>
    /// <exception cref="KernelException">The kernel has no packet scheduler.</exception>
    public static SchedulerClock Read()
    {
        const string path = "/proc/net/psched";
        try
        {
            return Parse(Encoding.ASCII.GetString(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"read {path}", e is UnauthorizedAccessException ? Native.Errno.EACCES : Native.Errno.ENOENT);
        }
    }

    /// <summary>Reads the file's text: nanoseconds of a microsecond, nanoseconds of a tick, ticks of the clock per second, ...; hexadecimal.</summary>
    internal static SchedulerClock Parse(string text)
    {
        Span<uint> numbers = stackalloc uint[3];
        int count = 0;
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (count == numbers.Length)
                break;
            if (!uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out numbers[count]))
                break;
            count++;
        }
        if (count < numbers.Length || numbers[1] == 0)
            throw new KernelException("read /proc/net/psched", Native.Errno.EINVAL, $"found \"{text.Trim()}\"");
        return new SchedulerClock((double)numbers[0] / numbers[1] * (numbers[2] / MicrosecondsPerSecond));
    }

    /// <summary>The ticks it takes to send bytes at a rate; the largest number where it would be more.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="rate">Bytes per second, more than 0.</param>
    public uint Ticks(ulong bytes, ulong rate)
    {
        // Whole microseconds first, as tc and the netlink library of the reference plugins do: the kernel must show the same number.
        double microseconds = Math.Truncate(bytes * MicrosecondsPerSecond / rate);
        double ticks = microseconds * TicksPerMicrosecond;
        return ticks >= uint.MaxValue ? uint.MaxValue : (uint)ticks;
    }
}
