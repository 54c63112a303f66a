using System.Collections;
using System.Text;
using MultiNet.Cni;
using MultiNet.Kubernetes;

namespace MultiNet.Hosting.Credentials;

/// <summary>
/// Runs the program that a kubeconfig names for credentials (<c>users[].user.exec</c>) as <c>kubectl</c> does: with the environment of this process,
/// but for what a CNI plugin is told in it; without a shell.
/// </summary>
public sealed class CredentialProgram : ICommandRunner
{
    // A token, or a certificate with its key.
    private const int LargestOutput = 1024 * 1024;

    /// <summary>How long the program may take; who waits for it may give up earlier.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> RunAsync(ExecCredentialCommand command, string execInfo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        // It is waited for in poll: on a thread that nobody else waits for.
        return Task.Factory.StartNew(() => Run(command, execInfo), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private ReadOnlyMemory<byte> Run(ExecCredentialCommand command, string execInfo)
    {
        string path = Find(command)
            ?? throw new KubeConfigException($"the program {command.Command}, which the kubeconfig names for credentials, was not found{Hint(command)}");
        CommandOutcome outcome;
        try
        {
            outcome = SystemCommand.Run(path, command.Arguments, Variables(command, execInfo), default, Patience, LargestOutput);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new KubeConfigException($"no credentials: {e.Message}{Hint(command)}", e);
        }
        if (outcome.ExitCode == 0)
            return outcome.Output;
        // What it prints as an answer may be a secret; what it complains of is for people.
        string complaint = Encoding.UTF8.GetString(outcome.Errors.Span).Trim();
        throw new KubeConfigException(
            $"no credentials: {path} ended with exit code {outcome.ExitCode}: {(complaint.Length == 0 ? "it said nothing" : Shortened.Text(complaint, 300))}{Hint(command)}");
    }

    private static string Hint(ExecCredentialCommand command) => command.InstallHint.Length == 0 ? "" : $" ({Shortened.Text(command.InstallHint, 300)})";

    private static string? Find(ExecCredentialCommand command)
    {
        if (command.Command.Contains('/'))
            return File.Exists(command.Command) ? command.Command : null;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string file = Path.Combine(folder, command.Command);
            if (Path.IsPathRooted(file) && File.Exists(file))
                return file;
        }
        return null;
    }

    private static List<string> Variables(ExecCredentialCommand command, string execInfo)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (!name.StartsWith("CNI_", StringComparison.Ordinal))
                variables[name] = (string?)variable.Value ?? "";
        }
        foreach (var (name, value) in command.Environment)
            variables[name] = value;
        variables["KUBERNETES_EXEC_INFO"] = execInfo;
        return [.. variables.Select(pair => $"{pair.Key}={pair.Value}")];
    }
}
