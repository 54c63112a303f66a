using MultiNet.Cni;

namespace MultiNet.Meta.CommandLine;

/// <summary>What a command writes to.</summary>
/// <param name="Out">Data: tables, JSON.</param>
/// <param name="Error">Progress and errors.</param>
internal sealed record CommandConsole(TextWriter Out, TextWriter Error)
{
    /// <summary>Writes a line of progress. That nobody reads it is no reason to stop half-way.</summary>
    public void Say(string line)
    {
        try
        {
            Error.Write(line + "\n");
            Error.Flush();
        }
        catch (IOException)
        {
            // Nor is there anywhere to say so.
        }
    }

    /// <summary>Writes an error with its details.</summary>
    public void Fail(string command, CniException error)
    {
        Say($"multinet {command}: {error.Message}");
        if (error.Details.Length > 0)
            Say("  " + error.Details.Replace("\n", "\n  ", StringComparison.Ordinal));
    }
}
