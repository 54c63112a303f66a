using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Tests.Masquerade;

public sealed class ToolRunnerTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public void ToolRunner_PassesInputAndArguments_AndKeepsOutputErrorAndExitCode()
    {
        var outcome = ToolRunner.Run("/bin/sh", ["-c", "cat; echo \"$0 $1\"; echo bad >&2; exit 7", "a b", "ü"], "input\n", s_long);
        Assert.Equal("input\na b ü\n", outcome.Output);
        Assert.Equal("bad", outcome.Error);
        Assert.Equal(7, outcome.ExitCode);
    }

    [Fact]
    public void ToolRunner_CarriesMoreThanAPipeHolds()
    {
        string input = new('x', 1 << 20);
        var outcome = ToolRunner.Run("/bin/cat", [], input, s_long);
        Assert.Equal(input, outcome.Output);
    }

    [Fact]
    public void ToolRunner_TellsTheSignal() => Assert.Equal(128 + 9, ToolRunner.Run("/bin/sh", ["-c", "kill -9 $$"], "", s_long).ExitCode);

    [Fact]
    public void ToolRunner_KillsWhatTakesTooLong() =>
        Assert.Throws<TimeoutException>(() => ToolRunner.Run("/bin/sleep", ["1000"], "", TimeSpan.FromMilliseconds(50)));

    [Fact]
    public void ToolRunner_SaysWhatCannotBeStarted() =>
        Assert.Contains("/nowhere/tool", Assert.Throws<IOException>(() => ToolRunner.Run("/nowhere/tool", [], "", s_long)).Message);
}
