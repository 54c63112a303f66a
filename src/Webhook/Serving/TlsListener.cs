using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Serving;

/// <summary>Kestrel on one address: HTTP/1.1 over TLS 1.2 or newer, with the certificate of the moment.</summary>
internal sealed class TlsListener : IAsyncDisposable
{
    private static readonly TimeSpan s_bodyPatience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;

    private TlsListener(WebApplication application, IPEndPoint bound) => (_application, Bound) = (application, bound);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Bound { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="IOException">The address cannot be had.</exception>
    public static async Task<TlsListener> StartAsync(IPEndPoint address, LimitConfig limits, IServingCertificate certificate, Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer)
    {
        // Nothing is read from the environment or from appsettings.json, and no signal is taken.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Limit(kestrel, limits);
            // Every address of both families, or of one where the machine has no other.
            Action<Action<ListenOptions>> bind = address.Address.Equals(IPAddress.IPv6Any)
                ? options => kestrel.ListenAnyIP(address.Port, options) : options => kestrel.Listen(address, options);
            bind(listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = limits.Header,
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificate.Current ?? throw new AuthenticationException("there is no certificate yet"),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ApplicationProtocols = [SslApplicationProtocol.Http11],
                    }),
                });
            });
        });
        var application = builder.Build();
        application.Run(context => answer(context));
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        string bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new TlsListener(application, new IPEndPoint(address.Address, new Uri(bound).Port));
    }

    /// <summary>Takes no further connections, and finishes what is at work.</summary>
    /// <param name="patience">How long that may take; what is then not done is cut off.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        await _application.StopAsync(deadline.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Limit(KestrelServerOptions kestrel, LimitConfig limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = limits.Header;
        kestrel.Limits.KeepAliveTimeout = limits.Idle;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BodyBytesPerSecond, s_bodyPatience);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(240, s_bodyPatience);
        kestrel.Limits.MaxRequestBufferSize = 128 * 1024;
        kestrel.Limits.MaxResponseBufferSize = 64 * 1024;
    }
}
