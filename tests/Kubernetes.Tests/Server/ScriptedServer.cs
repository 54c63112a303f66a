using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace MultiNet.Kubernetes.Tests.Server;

/// <summary>
/// An API server that does what a test says, for what a real one will not do on demand. It listens on loopback, in the clear or with a
/// certificate, and keeps what it was asked.
/// </summary>
internal sealed partial class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedServer(WebApplication application) => _application = application;

    /// <summary>What answers a request.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    };

    /// <summary>Method, path and query of all requests so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The URL.</summary>
    public Uri Url => new(_application.Urls.First());

    /// <summary>Starts a server.</summary>
    /// <param name="certificate">Its certificate; null for HTTP.</param>
    /// <param name="socket">Binds the socket that it listens on, for a server in another network namespace; null for an ordinary one.</param>
    public static async Task<ScriptedServer> StartAsync(X509Certificate2? certificate = null, Func<EndPoint, Socket>? socket = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (socket is not null)
            builder.WebHost.UseSockets(transport => transport.CreateBoundListenSocket = socket);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate, https =>
                {
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
            }
        }));
        var server = new ScriptedServer(builder.Build());
        server._application.Run(async context =>
        {
            server.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            await server.Answer(context);
        });
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _application.StopAsync(deadline.Token);
        await _application.DisposeAsync();
    }
}
