using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bandwidth;

/// <summary>TCP between two namespaces, as fast as it goes. A socket stays in the namespace in which it was made.</summary>
internal static class Transfer
{
    // Long against the burst and the start of TCP.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2);

    // A machine that is busy with other things may be slower than the limit: then it is measured again.
    private const int Attempts = 40;

    /// <summary>What arrives is the limit: never more, and within a tenth of it.</summary>
    /// <param name="from">Who sends.</param>
    /// <param name="to">Who receives.</param>
    /// <param name="address">The receiver's address.</param>
    /// <param name="rate">Bytes per second.</param>
    /// <param name="burst">Bytes at once.</param>
    public static void MustBeLimited(NetworkNamespace from, NetworkNamespace to, string address, long rate, long burst)
    {
        double best = 0;
        for (int attempt = 0; attempt < Attempts && best < 0.9 * rate; attempt++)
        {
            var (bytes, seconds) = Run(from, to, IPAddress.Parse(address));
            Assert.True(bytes <= burst + rate * seconds, $"{bytes} bytes in {seconds} s are more than {rate} bytes per second and {burst} at once");
            best = Math.Max(best, bytes / seconds);
        }
        Assert.True(best >= 0.9 * rate, $"{best} bytes per second at best, where {rate} are allowed");
    }

    private static (long Bytes, double Seconds) Run(NetworkNamespace from, NetworkNamespace to, IPAddress address)
    {
        using var listener = to.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(1);
        using var sender = from.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        sender.Connect(listener.LocalEndPoint!);
        using var receiver = listener.Accept();
        var sending = new Thread(() => SendUntilClosed(sender));
        // Nothing has been sent yet: all that arrives does so within the time that is measured.
        long started = Stopwatch.GetTimestamp();
        sending.Start();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        TimeSpan elapsed;
        do
        {
            bytes += receiver.Receive(buffer);
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        while (elapsed < s_window);
        receiver.Close();
        sender.Close();
        sending.Join();
        return (bytes, elapsed.TotalSeconds);
    }

    private static void SendUntilClosed(Socket sender)
    {
        byte[] data = new byte[1 << 14];
        try
        {
            while (true)
                sender.Send(data);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
