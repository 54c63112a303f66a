using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.Configuration;

namespace MultiNet.Daemon.HostProcesses;

/// <summary>The host's <c>multinet</c>, which does on the node what the daemon finds to be done.</summary>
internal sealed class HostMultinet(HostProcess host, DaemonConfig config) : IDisposable
{
    // As many programs at a time as pods are started on a busy node; each takes some megabytes of memory.
    private readonly SemaphoreSlim _places = new(4);

    /// <summary>Runs a command of it to the end.</summary>
    /// <param name="patience">How long it may take; then it is killed. What it was at is completed by the next one.</param>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="stopping">Ends the wait for a place; a command that runs has as long as shutting down may take.</param>
    /// <returns>Its exit code, and what it says in JSON.</returns>
    /// <exception cref="CniException">It cannot be run, or its answer cannot be read.</exception>
    public async Task<(int ExitCode, JsonFields Answer)> RunAsync(TimeSpan patience, IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        List<string> all = [.. arguments, "-o", "json"];
        if (config.HostConfig.Length > 0)
            all.AddRange(["--config", config.HostConfig]);
        await _places.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            var outcome = await EndAsync(host.RunAsync(config.HostMultinet, all, patience), stopping).ConfigureAwait(false);
            if (outcome.Output.Length == 0)
            {
                string errors = Encoding.UTF8.GetString(outcome.Errors.Span).Trim();
                throw new CniException(
                    CniErrorCode.Internal, $"{config.HostMultinet} {arguments[0]} ended with exit code {outcome.ExitCode} and said nothing",
                    errors.Length > 2048 ? errors[^2048..] : errors);
            }
            return (outcome.ExitCode, JsonFields.Parse(outcome.Output, $"{config.HostMultinet} {arguments[0]}", JsonFields.MaxDepth + 8));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    // What is at work when the daemon stops may end, but not keep it for ever: killed with it, it is completed by the next one.
    private async Task<CommandOutcome> EndAsync(Task<CommandOutcome> running, CancellationToken stopping)
    {
        try
        {
            return await running.WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAny(running, Task.Delay(config.Shutdown, CancellationToken.None)).ConfigureAwait(false);
            return running.IsCompleted ? await running.ConfigureAwait(false) : throw new OperationCanceledException(stopping);
        }
    }
}
