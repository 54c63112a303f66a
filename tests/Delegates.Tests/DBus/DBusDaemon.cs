using System.Diagnostics;

namespace MultiNet.Delegates.Tests.DBus;

/// <summary>The real message bus, with a socket and a configuration of its own; ended after the test.</summary>
internal sealed class DBusDaemon : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-bus-");
    private readonly Process _process;

    public DBusDaemon()
    {
        string config = Path.Combine(_folder.FullName, "bus.conf"), socket = Path.Combine(_folder.FullName, "bus");
        File.WriteAllText(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>system</type>
              <listen>unix:path={socket}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/></policy>
            </busconfig>
            """);
        _process = Process.Start(new ProcessStartInfo("dbus-daemon", ["--config-file", config, "--nofork", "--nopidfile", "--print-address"]) { RedirectStandardOutput = true })!;
        // It listens once it has printed where.
        Address = _process.StandardOutput.ReadLine()!;
    }

    public string Address { get; }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
