using System.Diagnostics;

namespace MultiNet.EndToEnd.Tests.Node;

/// <summary>How a program ended and what it printed. 128 + n as exit code means that signal n ended it.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>This result, if the program ended with 0.</summary>
    public CommandResult MustSucceed(string what) => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"{what} ended with {ExitCode}\nstdout: {Output}\nstderr: {Error}");
}

/// <summary>Runs one program to its end.</summary>
internal static class Command
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program with nothing but <paramref name="environment"/> and PATH in its environment.</summary>
    /// <exception cref="TimeoutException">It did not end within <paramref name="patience"/>, or two minutes. It was killed.</exception>
    public static async Task<CommandResult> RunAsync(
        IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null, string? input = null, TimeSpan? patience = null)
    {
        var arguments = command.ToList();
        var start = new ProcessStartInfo(arguments[0], arguments[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"could not start {arguments[0]}");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input ?? "");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input: its exit code tells the story.
        }

        using var deadline = new CancellationTokenSource(patience ?? s_patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"not ended after {patience ?? s_patience}: {string.Join(' ', arguments)}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }
}
