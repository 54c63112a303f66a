using System.Runtime.InteropServices;
using MultiNet.Cni;
using MultiNet.Kubernetes;
using MultiNet.Meta.CommandLine.Arguments;

namespace MultiNet.Meta.CommandLine;

/// <summary>The command line of a program that stays until it is told to end: help, version, exit codes, signals.</summary>
internal static class StayingProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="syntax">Its options; <c>--version</c> among them.</param>
    /// <param name="args">What it was called with.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="error">The standard error.</param>
    /// <param name="run">What it does.</param>
    /// <returns>0: stopped as told; 1: it cannot work; 2: misuse.</returns>
    public static int Run(CommandSyntax syntax, string[] args, TextWriter output, TextWriter error, Action<ParsedArguments> run)
    {
        try
        {
            var arguments = ArgumentParser.Parse(syntax, args);
            if (arguments.WantsHelp)
                output.Write(syntax.Help());
            else if (arguments.Has("--version"))
                output.Write($"{ProgramVersion.Of(syntax.Name)}\n");
            else
                run(arguments);
            return ExitCode.Ok;
        }
        catch (MisuseException e)
        {
            error.Write($"{syntax.Name}: {e.Message}\nsee: {syntax.Name} --help\n");
            return ExitCode.Misuse;
        }
        catch (CniException e)
        {
            error.Write($"{syntax.Name}: {e.Message}\n{(e.Details.Length > 0 ? $"  {e.Details}\n" : "")}");
            return ExitCode.No;
        }
        catch (Exception e) when (e is IOException or KubeConfigException)
        {
            error.Write($"{syntax.Name}: {e.Message}\n");
            return ExitCode.No;
        }
    }

    /// <summary>Calls <paramref name="told"/> at each SIGINT and SIGTERM, which then do not end the process, until it is disposed of.</summary>
    public static IDisposable OnSignals(Action told) => new Signals(told);

    private sealed class Signals : IDisposable
    {
        private readonly PosixSignalRegistration[] _registrations;

        public Signals(Action told) => _registrations = Array.ConvertAll((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM], signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            told();
        }));

        public void Dispose()
        {
            foreach (var registration in _registrations)
                registration.Dispose();
        }
    }
}
