using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MultiNet.Webhook.Serving;

/// <summary>Asks the webhook's own listener, over TLS, as the API server would: what listens is not yet what answers.</summary>
/// <param name="hostName">The name by which the API server calls.</param>
internal sealed class SelfDial(string hostName)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Why it does not answer as it must; null where it does.</summary>
    public async Task<string?> FindFaultAsync(IPEndPoint listener, TimeProvider time)
    {
        string? fault = null;
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            var address = Reachable(listener);
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, deadline.Token).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = hostName,
                    // The machine's authorities are not read, and nothing is downloaded, for what is not looked at.
                    CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
                    RemoteCertificateValidationCallback = (_, shown, _, errors) => (fault = Judge(shown, errors, time.GetUtcNow())) is null,
                },
                deadline.Token).ConfigureAwait(false);
            return await AskAsync(tls, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return fault ?? $"the listener does not answer: {e.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"the listener does not answer within {Patience.TotalSeconds} s";
        }
    }

    // Whether its authority is the one that the webhook configurations name is looked at where that is known.
    private string? Judge(X509Certificate? certificate, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (certificate is not X509Certificate2 shown)
            return "the listener shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the certificate is not for {hostName}, by which the API server calls";
        if (shown.NotAfter.ToUniversalTime() <= now)
            return $"the certificate has expired at {shown.NotAfter.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}";
        return shown.NotBefore.ToUniversalTime() > now ? $"the certificate is not valid before {shown.NotBefore.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}" : null;
    }

    private async Task<string?> AskAsync(SslStream tls, CancellationToken cancellationToken)
    {
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {hostName}\r\nConnection: close\r\n\r\n"), cancellationToken).ConfigureAwait(false);
        byte[] answer = new byte[64];
        int read = await tls.ReadAtLeastAsync(answer, "HTTP/1.1 200".Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8) ? null : "the listener does not answer with 200";
    }

    private static IPEndPoint Reachable(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback, listener.Port) : listener;
}
