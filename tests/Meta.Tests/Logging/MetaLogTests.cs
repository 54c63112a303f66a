using MultiNet.Meta.Configuration;
using MultiNet.Meta.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace MultiNet.Meta.Tests.Logging;

public sealed class MetaLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-log-").FullName;
    private readonly StringWriter _stderr = new();

    public void Dispose()
    {
        _stderr.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Default_LogsNothing()
    {
        using var log = new MetaLog(new MetaConfig { LogFile = File("a.log") }, _stderr);
        log.Error("x");
        Assert.False(log.IsEnabled(MetaLogLevel.Error));
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal("", _stderr.ToString());
    }

    [Theory]
    [InlineData("panic", "")]
    [InlineData("error", "error")]
    [InlineData("verbose", "error verbose")]
    [InlineData("debug", "error verbose debug")]
    public void Level_HoldsThoseBeforeIt(string level, string expected)
    {
        using var log = Log(level);
        log.Error("error");
        log.Verbose("verbose");
        log.Debug("debug");
        Assert.Equal(expected, string.Join(' ', Lines().Select(l => l.Split(' ')[^1])));
    }

    [Fact]
    public void Line_TellsWhatItIsAbout()
    {
        using var log = Log("debug");
        log.Error("cannot {attach}\nnow", new LogSubject { Pod = new("default", "web"), ContainerId = "c1", Network = "blue", InterfaceName = "net1" });
        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[error\] cannot \{attach\} now pod=default/web container=c1 network=blue interface=net1$",
            Assert.Single(Lines()));
    }

    [Fact]
    public void Stderr_IsWrittenToo_UnlessSwitchedOff()
    {
        using (var log = Log("error"))
            log.Error("loud");
        Assert.EndsWith("[error] loud\n", _stderr.ToString(), StringComparison.Ordinal);
        using (var log = new MetaLog(new MetaConfig { LogLevel = "error", LogFile = File("a.log"), LogToStderr = false }, _stderr))
            log.Error("quiet");
        Assert.DoesNotContain("quiet", _stderr.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Lines().Length);
    }

    [Fact]
    public void NowhereToWrite_IsNotEnabled()
    {
        using var log = new MetaLog(new MetaConfig { LogLevel = "debug", LogToStderr = false }, _stderr);
        Assert.False(log.IsEnabled(MetaLogLevel.Error));
    }

    [Fact]
    public void UnwritableFile_IsReportedOnceAndNeverThrown()
    {
        using var log = new MetaLog(new MetaConfig { LogLevel = "error", LogFile = _folder, LogToStderr = false }, _stderr);
        log.Error("one");
        log.Error("two");
        Assert.StartsWith($"multinet: cannot write the log {_folder}: ", _stderr.ToString(), StringComparison.Ordinal);
        Assert.Single(_stderr.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void File_IsForItsOwnerOnly()
    {
        using var log = Log("error");
        log.Error("x");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File("a.log")));
    }

    [Fact]
    public void Folder_IsMade()
    {
        using var log = new MetaLog(new MetaConfig { LogLevel = "error", LogFile = File("deep/er/a.log") }, _stderr);
        log.Error("x");
        Assert.Single(System.IO.File.ReadAllLines(File("deep/er/a.log")));
    }

    [Fact]
    public void SeveralLogs_OfOneFile_DoNotOverwriteEachOther()
    {
        using var first = Log("error");
        using var second = Log("error");
        for (int i = 0; i < 10; i++)
        {
            first.Error($"first {i}");
            second.Error($"second {i}");
        }
        Assert.Equal(20, Lines().Length);
    }

    [Fact]
    public void FullFile_IsSetAsideAndOldOnesAreRemoved()
    {
        var clock = new SteppingClock();
        var options = new LogOptions { MaxSize = 1, MaxBackups = 2, MaxAge = 0 };
        using var sink = new RotatingFileSink(File("a.log"), options, _stderr, clock);
        string half = new('x', 15 * 1024);
        for (int i = 0; i < 5 * 70; i++)
        {
            sink.Emit(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, null, new MessageTemplate(half, [new TextToken(half)]), []));
            clock.Step();
        }
        var files = new DirectoryInfo(_folder).GetFiles();
        Assert.Equal(3, files.Length);
        Assert.All(files, f => Assert.InRange(f.Length, 1, 1024 * 1024));
        Assert.True(System.IO.File.Exists(File("a.log")));
        Assert.Equal("", _stderr.ToString());
    }

    private MetaLog Log(string level) => new(new MetaConfig { LogLevel = level, LogFile = File("a.log") }, _stderr);

    private string File(string name) => Path.Combine(_folder, name);

    private string[] Lines() => System.IO.File.Exists(File("a.log")) ? System.IO.File.ReadAllLines(File("a.log")) : [];

    private sealed class SteppingClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public void Step() => _now += TimeSpan.FromSeconds(1);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
