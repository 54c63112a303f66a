namespace MultiNet.Cni;

/// <summary>What a command left behind.</summary>
/// <param name="ExitCode">Its exit code; 128 + n where signal n ended it.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">The last 64 KiB of its standard error.</param>
public readonly record struct CommandOutcome(int ExitCode, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Errors);
