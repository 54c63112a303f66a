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

    public void Dispose() => Directory.Delete(_stateDir, recursive: true);
}
