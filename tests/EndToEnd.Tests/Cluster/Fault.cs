using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.EndToEnd.Tests.Cluster;

/// <summary>What an API server may do wrong with a request.</summary>
internal static class Fault
{
    /// <summary>Refuses with a status.</summary>
    public static Func<HttpContext, Task<bool>> Refuse(int status, string reason, int retryAfter = 0) => async context =>
    {
        if (retryAfter > 0)
            context.Response.Headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
        await context.StatusAsync(status, reason, $"{reason} says the server");
        return true;
    };

    /// <summary>The pod was made anew under its name.</summary>
    public static async Task<bool> OtherUid(HttpContext context)
    {
        await context.OtherUidAsync();
        return true;
    }

    /// <summary>Never answers.</summary>
    public static async Task<bool> Silence(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return true;
    }

    /// <summary>A page for people, with status 200.</summary>
    public static async Task<bool> Page(HttpContext context)
    {
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("<html><body>Welcome to the captive portal</body></html>");
        return true;
    }

    /// <summary>An answer without end.</summary>
    public static async Task<bool> Endless(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"kind\": \"Pod\", \"x\": \"");
        var much = new byte[1 << 20];
        Array.Fill(much, (byte)'x');
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(much, context.RequestAborted);
        return true;
    }

    /// <summary>Says that a gigabyte comes.</summary>
    public static async Task<bool> Huge(HttpContext context)
    {
        context.Response.ContentLength = 1 << 30;
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return true;
    }

    /// <summary>Resets the connection in the middle of the body.</summary>
    public static async Task<bool> Reset(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("{\"kind\": \"Pod\", \"metadata\": {");
        await context.Response.Body.FlushAsync();
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            // With nothing to wait for, closing sends a reset.
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        context.Abort();
        return true;
    }

    /// <summary>Something happens to some requests: to those with a text in method and path, and to so many of them.</summary>
    public static Func<HttpContext, Task<bool>> On(string text, Func<HttpContext, Task<bool>> fault, int times = int.MaxValue)
    {
        int seen = 0;
        return context => $"{context.Request.Method} {context.Request.Path}".Contains(text, StringComparison.Ordinal) && Interlocked.Increment(ref seen) <= times
            ? fault(context)
            : Task.FromResult(false);
    }
}
