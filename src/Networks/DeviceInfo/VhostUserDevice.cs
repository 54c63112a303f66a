namespace MultiNet.Networks;

/// <summary>A vhost-user socket (device information specification, section "vhost-user").</summary>
public sealed record VhostUserDevice
{
    /// <summary>What the pod is: <c>client</c> or <c>server</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>The path of the socket.</summary>
    public string Path { get; init; } = "";
}
