using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using MultiNet.Kubernetes.Kubelet;

namespace MultiNet.Kubernetes.Tests.Kubelet;

/// <summary>
/// A kubelet's pod-resources socket that does what a test says, for what a real one will not do on demand: HTTP/2 over a unix socket, with
/// real frames of gRPC. It keeps what it was asked.
/// </summary>
internal sealed class ScriptedKubelet : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _folder;

    private ScriptedKubelet(WebApplication application, string folder)
    {
        _application = application;
        _folder = folder;
    }

    /// <summary>The kubelet's folder.</summary>
    public string Folder => _folder;

    /// <summary>What answers a call.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.FailAsync(GrpcStatusCode.Unimplemented);

    /// <summary>The methods called so far: <c>Get</c>, <c>List</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The requests so far, with their prefix.</summary>
    public ConcurrentQueue<byte[]> Requests { get; } = new();

    /// <summary>Three attempts with hardly a pause.</summary>
    public static RetryPolicy Quick { get; } = new()
    {
        Attempts = 3, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2), AttemptTimeout = TimeSpan.FromSeconds(20),
    };

    public static async Task<ScriptedKubelet> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("multinet-kubelet-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "pod-resources"));
        Directory.CreateDirectory(Path.Combine(folder, "device-plugins"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(
            Path.Combine(folder, "pod-resources", "kubelet.sock"), listen => listen.Protocols = HttpProtocols.Http2));
        var kubelet = new ScriptedKubelet(builder.Build(), folder);
        kubelet._application.Run(async context =>
        {
            kubelet.Calls.Enqueue(context.Request.Path.Value!["/v1.PodResourcesLister/".Length..]);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            kubelet.Requests.Enqueue(body.ToArray());
            context.Response.ContentType = "application/grpc";
            await kubelet.Answer(context);
        });
        await kubelet._application.StartAsync();
        return kubelet;
    }

    public PodResourcesClient Client(RetryPolicy? retry = null) =>
        new(Path.Combine(_folder, "pod-resources", "kubelet.sock"), retry ?? Quick);

    public NodeDevices Devices() => new(_folder, Quick);

    public void WriteCheckpoint(string json) => File.WriteAllText(Path.Combine(_folder, "device-plugins", "kubelet_internal_checkpoint"), json);

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _application.StopAsync(deadline.Token);
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Answers as a server of gRPC gives them, and as it does not.</summary>
internal static class GrpcAnswers
{
    public static async Task SendAsync(this HttpContext context, byte[] message)
    {
        await context.Response.Body.WriteAsync(GrpcFrame.Of(message));
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>A failure, in the headers alone, as servers in Go send it.</summary>
    public static Task FailAsync(this HttpContext context, GrpcStatusCode code, string message = "")
    {
        context.Response.Headers["grpc-status"] = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(message);
        return Task.CompletedTask;
    }

    public static Task BreakOffAsync(this HttpContext context)
    {
        context.Features.Get<IHttpResetFeature>()!.Reset(2);
        return Task.CompletedTask;
    }

    public static bool IsGet(this HttpContext context) => context.Request.Path.Value!.EndsWith("/Get", StringComparison.Ordinal);

    /// <summary>A pod of an answer, with the fields of later versions that are of no use here: CPUs, memory, topology.</summary>
    public static byte[] Pod(string name, params (string Container, string Resource, string[] Ids)[] devices) => Pod("default", name, devices);

    public static byte[] Pod(string space, string name, params (string Container, string Resource, string[] Ids)[] devices)
    {
        var pod = new ProtobufWriter().String(1, name).String(2, space);
        foreach (var container in devices.GroupBy(device => device.Container))
        {
            var message = new ProtobufWriter().String(1, container.Key);
            foreach (var (_, resource, ids) in container)
            {
                var entry = new ProtobufWriter().String(1, resource);
                foreach (string id in ids)
                    entry.String(2, id);
                message.Bytes(2, entry.Bytes(3, new ProtobufWriter().Bytes(1, [8, 1]).Written).Written);
            }
            pod.Bytes(3, message.Bytes(3, [1, 2, 3]).Bytes(4, []).Written);
        }
        return new ProtobufWriter().Bytes(1, pod.Written).Written;
    }
}
