using System.Diagnostics;

namespace MultiNet.Meta.Tests.CommandLine;

/// <summary>The executable as a process of its own: what enters namespaces cannot run inside the test's.</summary>
internal sealed class MultinetProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private Task<string>? _error;

    private MultinetProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static MultinetProcess Start(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "multinet"), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("CNI_COMMAND");
        // Built for an older framework than the one that runs the tests.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        return new MultinetProcess(Process.Start(start)!);
    }

    public static CommandLineCall Run(params string[] args)
    {
        using var process = Start(args);
        return process.Wait();
    }

    /// <summary>Waits for the next line of progress, before <see cref="Wait"/>.</summary>
    public string? ReadErrorLine() => _process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();

    public CommandLineCall Wait()
    {
        _error ??= _process.StandardError.ReadToEndAsync();
        if (!_process.WaitForExit(TimeSpan.FromMinutes(1)))
        {
            _process.Kill();
            throw new TimeoutException($"multinet did not end: {_error.Result}");
        }
        return new CommandLineCall(_process.ExitCode, _output.Result, _error.Result);
    }

    public void Dispose() => _process.Dispose();
}
