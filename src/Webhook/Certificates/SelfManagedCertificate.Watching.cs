using MultiNet.Kubernetes;
using MultiNet.Webhook.Certificates.Bundles;

namespace MultiNet.Webhook.Certificates;

/// <content>What wakes it.</content>
internal sealed partial class SelfManagedCertificate
{
    // Sleeps are short, because timers stand still while a machine is suspended, and certificates go by the clock on the wall.
    private static readonly TimeSpan s_longestSleep = TimeSpan.FromSeconds(20);

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private List<Task> Watches(CancellationToken stopping)
    {
        var secret = new WatchCache<Secret>(_api, ResourceTypes.Secrets, new ListSelector(_store.Key.Namespace, $"metadata.name={_store.Key.Name}"), time: _time)
        {
            Changed = _ => Wake(),
            Transform = static s => s with { Data = null },
        };
        var tasks = new List<Task> { secret.RunAsync(stopping) };
        foreach (var type in BundlePublisher.Types)
        {
            foreach (string name in _configurations)
                tasks.Add(new WatchCache<WebhookConfiguration>(_api, type, new ListSelector(FieldSelector: $"metadata.name={name}"), time: _time) { Changed = _ => Wake() }.RunAsync(stopping));
        }
        return tasks;
    }

    private void Wake() => Volatile.Read(ref _changed).TrySetResult();

    // What changes from now on is seen by the pass that follows.
    private async Task SleepAsync(DateTimeOffset until, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && until - _time.GetUtcNow() is { } left && left > TimeSpan.Zero)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (await Task.WhenAny(changed, Task.Delay(left < s_longestSleep ? left : s_longestSleep, stopping)).ConfigureAwait(false) == changed)
                break;
        }
        Volatile.Write(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
