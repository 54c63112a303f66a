using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using MultiNet.Hosting.Logging;
using MultiNet.Webhook.Admission;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Logging;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Serving;

/// <summary>Answers requests on the TLS listener: <c>/validate</c>, <c>/mutate</c>, and <c>/healthz</c> for the webhook's own question whether it answers.</summary>
internal sealed class AdmissionEndpoint : IDisposable
{
    /// <summary>Answers a request; alike for <c>/validate</c> and <c>/mutate</c>.</summary>
    private delegate AdmissionDecision Judge(Reviewer reviewer, AdmissionRequest request, ReviewSettings settings);

    // A review beyond this takes memory and time to read; the usual one has some kilobytes.
    private const int LargeReview = 512 * 1024;

    // The parser wants twelve bytes for each value; an object of the API server, twice in a review, has some hundred thousand at most.
    private const int MostValues = 1_000_000;

    private static readonly TimeSpan s_reserve = TimeSpan.FromSeconds(1);

    private readonly LimitConfig _limits;
    private readonly Reviewer _reviewer;
    private readonly Func<ReviewSettings> _settings;
    private readonly WebhookMetrics _metrics;
    private readonly DaemonLog _log;
    private readonly TimeProvider _time;
    private readonly BodyBudget _budget;
    private readonly SemaphoreSlim _large = new(1);
    private int _reviews;
    private volatile bool _isDraining;

    /// <summary>Makes the endpoint.</summary>
    public AdmissionEndpoint(LimitConfig limits, Reviewer reviewer, Func<ReviewSettings> settings, WebhookMetrics metrics, DaemonLog log, TimeProvider? time = null)
    {
        (_limits, _reviewer, _settings, _metrics, _log, _time) = (limits, reviewer, settings, metrics, log, time ?? TimeProvider.System);
        _budget = new BodyBudget(limits.TotalBodyBytes);
        metrics.InFlight.Set(() => Volatile.Read(ref _reviews));
        metrics.BodyBytes.Set(() => _budget.Used);
    }

    /// <summary>Is each answer the last one of its connection? So the API server's connections move to other replicas.</summary>
    public bool IsDraining { get => _isDraining; set => _isDraining = value; }

    /// <summary>Called while a review is judged; for tests that want several at once.</summary>
    internal Func<Task>? Hold { get; init; }

    /// <summary>Called when a review was answered.</summary>
    internal Action? Answered { get; init; }

    /// <summary>Answers a request. Never throws.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        if (_isDraining)
            context.Response.Headers.Connection = "close";
        try
        {
            await RouteAsync(context).ConfigureAwait(false);
        }
        catch (HttpRefusalException e)
        {
            await RefuseAsync(context, e.Status, e.Message, e.IsRead).ConfigureAwait(false);
        }
        catch (AdmissionReviewException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the time for this review is over").ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Whoever asked has gone.
            context.Abort();
        }
        catch (Exception e)
        {
            _log.Error($"a request failed: {e}", new LogSubject { Part = "admission" });
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "an error of the webhook itself: see its log").ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _large.Dispose();

    private async Task RouteAsync(HttpContext context)
    {
        var request = context.Request;
        switch (request.Path.Value)
        {
            case "/validate":
                await ReviewAsync(context, "validate", static (reviewer, request, settings) => reviewer.Validate(request, settings)).ConfigureAwait(false);
                break;
            case "/mutate":
                await ReviewAsync(context, "mutate", static (reviewer, request, settings) => reviewer.Mutate(request, settings)).ConfigureAwait(false);
                break;
            case "/healthz" when request.Method is "GET" or "HEAD":
                await WriteAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", "ok\n"u8.ToArray()).ConfigureAwait(false);
                break;
            default:
                throw new HttpRefusalException(StatusCodes.Status404NotFound, "there are /validate and /mutate");
        }
    }

    private async Task ReviewAsync(HttpContext context, string webhook, Judge judge)
    {
        CheckHead(context);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(TimeFor(context.Request));
        using var body = new ReviewBody(_budget);
        if (!await body.ReadAsync(context.Request.BodyReader, deadline.Token).ConfigureAwait(false))
            throw TooMuch(context, "too many reviews are being received", isRead: false);
        if (body.Bytes.IsEmpty)
            throw new HttpRefusalException(StatusCodes.Status400BadRequest, "the request has no body: expected an AdmissionReview");

        // Not before the body is there: who sends slowly must not take the place of who has sent.
        if (Interlocked.Increment(ref _reviews) > _limits.Reviews)
        {
            Interlocked.Decrement(ref _reviews);
            throw TooMuch(context, $"{_limits.Reviews} reviews are at work", isRead: true);
        }
        bool isLarge = body.Bytes.Length > LargeReview, hasTurn = false;
        try
        {
            if (isLarge)
                await _large.WaitAsync(deadline.Token).ConfigureAwait(false);
            hasTurn = isLarge;
            if (Hold is { } hold)
                await hold().ConfigureAwait(false);
            deadline.Token.ThrowIfCancellationRequested();
            if (isLarge && !JsonText.HasAtMost(body.Bytes.Span, MostValues))
                throw new HttpRefusalException(StatusCodes.Status413PayloadTooLarge, $"more than {MostValues} values");
            var answer = await AnswerAsync(body.Bytes, webhook, judge, deadline.Token).ConfigureAwait(false);
            await WriteAsync(context, StatusCodes.Status200OK, "application/json", answer).ConfigureAwait(false);
            Answered?.Invoke();
        }
        finally
        {
            if (hasTurn)
                _large.Release();
            Interlocked.Decrement(ref _reviews);
        }
    }

    private void CheckHead(HttpContext context)
    {
        var request = context.Request;
        if (request.Method != "POST")
        {
            context.Response.Headers.Allow = "POST";
            throw new HttpRefusalException(StatusCodes.Status405MethodNotAllowed, "only POST is taken");
        }
        if (!IsJson(request.ContentType))
            throw new HttpRefusalException(StatusCodes.Status415UnsupportedMediaType, "expected the content type application/json");
        if (!StringValues.IsNullOrEmpty(request.Headers.ContentEncoding))
            throw new HttpRefusalException(StatusCodes.Status415UnsupportedMediaType, "an encoded body is not taken");
        if (request.ContentLength > _limits.BodyBytes)
            throw new HttpRefusalException(StatusCodes.Status413PayloadTooLarge, $"{request.ContentLength} bytes; at most {_limits.BodyBytes} are taken");
    }

    // A review takes a millisecond of computing, and waits for nothing but definitions that the watch has not told of yet.
    private async Task<ReadOnlyMemory<byte>> AnswerAsync(ReadOnlyMemory<byte> body, string webhook, Judge judge, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        using var document = AdmissionReviewReader.Parse(body);
        var request = AdmissionReviewReader.Read(document.RootElement);
        var settings = _settings();
        var reviewer = await _reviewer.ForAsync(request, settings, cancellationToken).ConfigureAwait(false);
        var decision = judge(reviewer, request, settings);
        var output = new ArrayBufferWriter<byte>(1024);
        AdmissionReviewWriter.Write(output, request, decision);
        var took = _time.GetElapsedTime(started);
        Count(webhook, request, decision, took);
        if (!decision.IsAllowed)
            ReviewLog.Denied(_log, request, decision, took);
        return output.WrittenMemory;
    }

    private void Count(string webhook, AdmissionRequest request, AdmissionDecision decision, TimeSpan took)
    {
        string operation = request.Operation is "CREATE" or "UPDATE" or "DELETE" or "CONNECT" ? request.Operation : "other";
        _metrics.Requests.Add(1, webhook, operation, decision.Word);
        _metrics.Duration.Observe(took, webhook, operation);
        foreach (var finding in decision.Errors)
            _metrics.Findings.Add(1, finding.Rule, "error");
        foreach (var finding in decision.Warnings)
            _metrics.Findings.Add(1, finding.Rule, "warning");
    }

    // What the API server gives, less what the answer's way takes.
    private TimeSpan TimeFor(HttpRequest request)
    {
        if (!GoDuration.TryParse(request.Query["timeout"].ToString(), out var given) || given <= TimeSpan.Zero)
            return _limits.Review;
        return given > s_reserve * 2 ? given - s_reserve : given / 2;
    }

    private static HttpRefusalException TooMuch(HttpContext context, string message, bool isRead)
    {
        context.Response.Headers.RetryAfter = "1";
        return new HttpRefusalException(StatusCodes.Status429TooManyRequests, message) { IsRead = isRead };
    }

    private static bool IsJson(string? contentType)
    {
        var text = contentType.AsSpan();
        int end = text.IndexOf(';');
        return (end < 0 ? text : text[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    private async Task RefuseAsync(HttpContext context, int status, string message, bool isRead = false)
    {
        _metrics.Refused.Add(1, status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _log.Debug($"{status}: {message}", new LogSubject { Part = "admission" });
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        try
        {
            // What is left of a body that was not read is not waited for.
            if (!isRead && status is not (404 or 405))
                context.Response.Headers.Connection = "close";
            await WriteAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(message + "\n")).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            context.Abort();
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
            await response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
