using System.Diagnostics;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Tests.Journal;

public sealed class StateLockTests : IDisposable
{
    private readonly string _stateDir = Directory.CreateTempSubdirectory("multinet-lock-").FullName;

    [Fact]
    public void RemoveIdle_LeavesTheLocksThatAreHeld()
    {
        string locks = Path.Combine(_stateDir, "locks");
        using (StateLock.ForSandbox(_stateDir, "busy", TimeSpan.FromSeconds(5)))
        {
            File.WriteAllText(Path.Combine(locks, "killed"), "");

            StateLock.RemoveIdle(_stateDir);

            Assert.Equal(["busy"], Directory.GetFiles(locks).Select(Path.GetFileName));
        }
        Assert.Empty(Directory.GetFiles(locks));
    }

    [Fact]
    public void RemoveIdle_OfAStateDirectoryThatIsNotThere_DoesNothing()
    {
        StateLock.RemoveIdle(Path.Combine(_stateDir, "none"));
        Assert.False(Directory.Exists(Path.Combine(_stateDir, "none")));
    }

    [Fact]
    public void ForSandbox_EndsThePluginsOfAProcessThatWasKilledWithTheLock()
    {
        using var plugin = StartPlugin();
        LeaveBehind("c1", plugin);
        using (StateLock.ForSandbox(_stateDir, "c1", TimeSpan.FromSeconds(5)))
            Assert.True(plugin.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Empty(Directory.GetFiles(Path.Combine(_stateDir, "locks")));
    }

    [Fact]
    public void ForSandbox_LeavesProcessesOfAnotherBootAlone()
    {
        using var plugin = StartPlugin();
        string file = LeaveBehind("c1", plugin);
        File.WriteAllText(file, File.ReadAllText(file).Replace(Boot.Id, "another-boot", StringComparison.Ordinal));
        using (StateLock.ForSandbox(_stateDir, "c1", TimeSpan.FromSeconds(5)))
            Assert.False(plugin.HasExited);
        plugin.StandardInput.Close();
        plugin.WaitForExit();
    }

    [Theory]
    [InlineData("garbage\n\n1 2\n")]
    [InlineData("x 99999999999999999999 1\nx -1 1\nx 1 1\n")]
    public void ForSandbox_ReadsOverWhatIsNoNote(string content)
    {
        Directory.CreateDirectory(Path.Combine(_stateDir, "locks"));
        File.WriteAllText(Path.Combine(_stateDir, "locks", "c1"), content.Replace("x", Boot.Id, StringComparison.Ordinal));
        StateLock.ForSandbox(_stateDir, "c1", TimeSpan.FromSeconds(5)).Dispose();
    }

    [Fact]
    public void RemoveIdle_LeavesTheNotesOfPluginsThatAreAtWork()
    {
        using var plugin = StartPlugin();
        LeaveBehind("c1", plugin);
        StateLock.RemoveIdle(_stateDir);
        Assert.Single(Directory.GetFiles(Path.Combine(_stateDir, "locks")));
        StateLock.EndStarted(_stateDir, "c1");
        Assert.True(plugin.WaitForExit(TimeSpan.FromSeconds(10)));
        StateLock.RemoveIdle(_stateDir);
        Assert.Empty(Directory.GetFiles(Path.Combine(_stateDir, "locks")));
    }

    // The lock's file as it is when its holder is killed while a plugin is at work.
    private string LeaveBehind(string container, Process plugin)
    {
        string file = Path.Combine(_stateDir, "locks", container);
        string copy = Path.Combine(_stateDir, "copy");
        using (var held = StateLock.ForSandbox(_stateDir, container, TimeSpan.FromSeconds(5)))
        {
            held.NoteStarted(plugin.Id);
            // .NET itself would want the file's lock.
            using var copying = Process.Start("cp", [file, copy]);
            copying.WaitForExit();
        }
        File.Move(copy, file);
        return file;
    }

    private static Process StartPlugin()
    {
        var plugin = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", "echo; read line"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        plugin.StandardOutput.ReadLine();
        return plugin;
    }

    public void Dispose() => Directory.Delete(_stateDir, recursive: true);
}
