namespace MultiNet.Webhook.Serving;

/// <summary>What all bodies together may hold: strangers must not be able to fill the memory with many reviews, each of an allowed length.</summary>
/// <param name="most">Bytes.</param>
internal sealed class BodyBudget(long most)
{
    private long _used;

    /// <summary>What is held now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes from the budget; false where so much is not left.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= most)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Gives back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
