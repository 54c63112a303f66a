namespace MultiNet.Meta.CommandLine.Arguments;

/// <summary>The command line was called in a way that it does not know: exit code 2.</summary>
internal sealed class MisuseException(string message) : Exception(message);
