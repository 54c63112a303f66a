namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    /// <summary>How long a test waits: the machine may be busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until <paramref name="find"/> finds something.</summary>
    /// <param name="what">What is waited for, for the error.</param>
    /// <param name="find">Null: not yet.</param>
    /// <param name="state">What there is instead, for the error.</param>
    public static async Task<T> FindAsync<T>(string what, Func<Task<T?>> find, Func<string>? state = null)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"{what}: not within {Patience.TotalSeconds} s. {state?.Invoke()}");
            }

            await Task.Delay(s_pause);
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    public static Task HoldsAsync(string what, Func<Task<bool>> condition, Func<string>? state = null) =>
        FindAsync(what, async () => await condition() ? what : null, state);
}
