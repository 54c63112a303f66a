namespace MultiNet.Hosting.Health;

/// <summary>What a daemon says of itself.</summary>
internal interface IProbes
{
    /// <summary>What is in the way of being of use; empty where nothing is (<c>/readyz</c>).</summary>
    Task<IReadOnlyList<string>> NotReadyAsync();

    /// <summary>Why a restart may help; null where nothing is wrong with the process (<c>/livez</c>).</summary>
    Task<string?> NotAliveAsync();

    /// <summary>What is counted, as text (<c>/metrics</c>).</summary>
    string Metrics();
}
