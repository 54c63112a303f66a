namespace MultiNet.Meta.Installing;

/// <summary>What happened to the installation.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Message">A line for people.</param>
internal sealed record InstallationEvent(InstallationEventKind Kind, string Message);
