using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Daemon;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>What systemd passes and is told (sd_listen_fds(3), sd_notify(3)).</summary>
public sealed class DaemonListenerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-dhcp-");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault();

    private static string OwnProcess => System.Environment.ProcessId.ToString();

    private static bool CanConnect(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [Fact]
    public void PassedSocket_IsUsed_AndItsFileIsNotOurs()
    {
        var passed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        passed.Bind(new UnixDomainSocketEndPoint(PathOf("passed")));
        passed.Listen();
        int descriptor = (int)passed.SafeHandle.DangerousGetHandle();
        passed.SafeHandle.SetHandleAsInvalid(); // it is the listener's now

        using var listener = DaemonListener.Open(PathOf("own"), Environment(("LISTEN_PID", OwnProcess), ("LISTEN_FDS", "1")), out bool isOwn, descriptor);
        Assert.False(isOwn);
        Assert.False(File.Exists(PathOf("own")));
        Assert.True(CanConnect(PathOf("passed")));
        using var accepted = listener.Accept();
        Assert.True(accepted.Connected);
    }

    [Theory]
    [InlineData("1", "1")] // for another process
    [InlineData("", "1")]
    [InlineData("own", "0")]
    [InlineData("own", "x")]
    public void WhatIsNotForThisProcess_IsLeftAlone(string process, string count)
    {
        using var listener = DaemonListener.Open(PathOf("own"), Environment(("LISTEN_PID", process == "own" ? OwnProcess : process), ("LISTEN_FDS", count)), out bool isOwn);
        Assert.True(isOwn);
        Assert.True(CanConnect(PathOf("own")));
    }

    [Fact]
    public void SeveralSockets_AreRefused_InTheReferencesWords() => Assert.Equal(
        "Too many (2) FDs passed through socket activation",
        Assert.Throws<CniException>(() => DaemonListener.Open(PathOf("own"), Environment(("LISTEN_PID", OwnProcess), ("LISTEN_FDS", "2")), out _)).Message);

    [Fact]
    public void PathThatIsTooLong_IsAnError() =>
        Assert.StartsWith("cannot listen at", Assert.Throws<CniException>(() => DaemonListener.Open(PathOf(new string('x', 200)), Environment(), out _)).Message);

    [Fact]
    public void Readiness_IsTold()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(PathOf("notify")));
        DaemonListener.Notify("READY=1", Environment(("NOTIFY_SOCKET", PathOf("notify"))));
        byte[] buffer = new byte[100];
        Assert.Equal("READY=1"u8, buffer.AsSpan(0, systemd.Receive(buffer)));
        DaemonListener.Notify("READY=1", Environment());
        DaemonListener.Notify("READY=1", Environment(("NOTIFY_SOCKET", PathOf("nobody"))));
    }
}
