using System.Runtime.InteropServices;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>While this lives, Ctrl-C and its like do not end the process but are remembered: what was begun is finished and taken down.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile bool _requested;

    public Interruption()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _requested = true;
            }));
        }
    }

    /// <summary>Was one received?</summary>
    public bool IsRequested => _requested;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }
}
