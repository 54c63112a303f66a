using System.Buffers.Binary;
using System.Net.Sockets;
using MultiNet.Kubernetes.Kubelet;

namespace MultiNet.Cluster.Tests.Devices;

/// <summary>
/// A device plugin (k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1) that registers with the real kubelet and offers devices which are nothing but
/// their names. It speaks the little of HTTP/2 that is needed itself: the kubelet sends the socket's path as <c>:authority</c>, which Kestrel refuses.
/// </summary>
internal sealed class DevicePlugin : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, Settings = 4, Ping = 6;
    private const byte EndStream = 1, Acknowledged = 1, EndHeaders = 4;
    private const int PrefaceLength = 24, FrameHeaderLength = 9;

    // :status 200 and content-type from HPACK's static table, then a name of its own.
    private static readonly byte[] s_headers = [0x88, 0x0f, 0x10, 16, .. "application/grpc"u8];
    private static readonly byte[] s_trailers = [0x00, 11, .. "grpc-status"u8, 1, .. "0"u8];

    private readonly CancellationTokenSource _ended = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _socket;
    private readonly string[] _ids;

    private DevicePlugin(string socket, string[] ids)
    {
        _socket = socket;
        _ids = ids;
    }

    /// <summary>Starts it and registers it.</summary>
    /// <param name="folder">The kubelet's folder of device plugins, as this process finds it.</param>
    /// <param name="resource">The resource: <c>example.com/nic</c>.</param>
    /// <param name="ids">The ids of its devices.</param>
    public static async Task<DevicePlugin> StartAsync(string folder, string resource, params string[] ids)
    {
        string endpoint = $"{resource.Replace('/', '-')}.sock";
        var plugin = new DevicePlugin(Path.Combine(folder, endpoint), ids);
        plugin._listener.Bind(new UnixDomainSocketEndPoint(plugin._socket));
        plugin._listener.Listen();
        _ = plugin.ServeAsync();
        using var kubelet = new GrpcChannel(Path.Combine(folder, "kubelet.sock"));
        await kubelet.CallAsync(
            "v1beta1.Registration/Register", new ProtobufWriter().String(1, "v1beta1").String(2, endpoint).String(3, resource).Written, CancellationToken.None);
        return plugin;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        _ended.Dispose();
        File.Delete(_socket);
    }

    private async Task ServeAsync()
    {
        var token = _ended.Token;
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptAsync(token), token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket socket, CancellationToken token)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await stream.ReadExactlyAsync(new byte[PrefaceLength], token);
            await stream.WriteAsync(Frame(Settings, 0, 0, []), token);
            var header = new byte[FrameHeaderLength];
            while (true)
            {
                await stream.ReadExactlyAsync(header, token);
                var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                await stream.ReadExactlyAsync(payload, token);
                int id = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5));
                bool isAnswered = (header[4] & Acknowledged) != 0;
                if (header[3] is Settings or Ping && !isAnswered)
                {
                    await stream.WriteAsync(Frame(header[3], Acknowledged, 0, header[3] == Ping ? payload : []), token);
                }
                else if (header[3] == Data && payload.Length > 0)
                {
                    await stream.WriteAsync(Answer(id, payload.AsSpan(5)), token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The kubelet has gone, or the test is over.
        }
    }

    // What is asked is told by the message: Allocate has one, ListAndWatch has none, and its answers never end.
    private byte[] Answer(int stream, ReadOnlySpan<byte> request) => request.IsEmpty
        ? [.. Frame(Headers, EndHeaders, stream, s_headers), .. Frame(Data, 0, stream, GrpcFrame.Of(Offered()))]
        : [.. Frame(Headers, EndHeaders, stream, s_headers), .. Frame(Data, 0, stream, GrpcFrame.Of(Allocated(request))), .. Frame(Headers, EndHeaders | EndStream, stream, s_trailers)];

    private byte[] Offered()
    {
        var response = new ProtobufWriter();
        foreach (var id in _ids)
        {
            response.Bytes(1, new ProtobufWriter().String(1, id).String(2, "Healthy").Written);
        }

        return response.Written;
    }

    // An answer for each container that asks, and nothing in it.
    private static byte[] Allocated(ReadOnlySpan<byte> request)
    {
        var response = new ProtobufWriter();
        var reader = new ProtobufReader(request);
        while (reader.TryReadField(out _))
        {
            reader.Skip();
            response.Bytes(1, []);
        }

        return response.Written;
    }

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeaderLength + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHeaderLength));
        return frame;
    }
}
