using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Metrics;

namespace MultiNet.Hosting;

/// <summary>Keeps the parts of a daemon at work: one that fails is started again, and takes no other with it.</summary>
/// <param name="log">The log.</param>
/// <param name="failures">Counts failures by the part's name.</param>
/// <param name="time">The clock.</param>
/// <param name="isExpected">Does the error say in its message all there is to say? Of any other the place is told.</param>
internal sealed class LoopSupervisor(DaemonLog log, Counter failures, TimeProvider time, Func<Exception, bool> isExpected)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromMinutes(1);

    /// <summary>Runs parts side by side until they are cancelled.</summary>
    public Task RunAsync(List<IDaemonLoop> loops, CancellationToken stopping) => Task.WhenAll(loops.ConvertAll(loop => RunAsync(loop, stopping)));

    private async Task RunAsync(IDaemonLoop loop, CancellationToken stopping)
    {
        await Task.Yield();
        var pause = s_firstPause;
        while (!stopping.IsCancellationRequested)
        {
            long started = time.GetTimestamp();
            try
            {
                await loop.RunAsync(stopping).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                failures.Add(1, loop.Name);
                string what = e is IOException || isExpected(e) ? e.Message : e.ToString();
                log.Error($"{loop.Name} failed and is started again: {what}", new LogSubject { Part = loop.Name });
            }
            if (time.GetElapsedTime(started) > s_longestPause)
                pause = s_firstPause;
            try
            {
                await Task.Delay(pause, time, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 > s_longestPause ? s_longestPause : pause * 2;
        }
    }
}
