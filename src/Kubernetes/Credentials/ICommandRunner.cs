namespace MultiNet.Kubernetes;

/// <summary>Runs a program that makes credentials. This library starts no processes itself.</summary>
public interface ICommandRunner
{
    /// <summary>Runs a program to its end, without a shell.</summary>
    /// <param name="command">The program, its arguments and additional variables.</param>
    /// <param name="execInfo">The value of the variable <c>KUBERNETES_EXEC_INFO</c>.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="KubeConfigException">It could not be started, took too long, or ended with another exit code than 0.</exception>
    Task<ReadOnlyMemory<byte>> RunAsync(ExecCredentialCommand command, string execInfo, CancellationToken cancellationToken);
}
