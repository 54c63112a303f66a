namespace MultiNet.Networks;

/// <summary>A shared memory interface (device information specification, section "memif").</summary>
public sealed record MemifDevice
{
    /// <summary>What the pod is: <c>master</c> or <c>slave</c>.</summary>
    public string Role { get; init; } = "";

    /// <summary>The path of the socket.</summary>
    public string Path { get; init; } = "";

    /// <summary><c>ethernet</c>, <c>ip</c> or <c>inject-punt</c>.</summary>
    public string Mode { get; init; } = "";
}
