using System.Text;

namespace MultiNet.Cni.Tests.Exec;

public sealed class SystemCommandTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    private static CommandOutcome Run(string path, string[] arguments, string input = "", TimeSpan? timeout = null) =>
        SystemCommand.Run(path, arguments, ["PATH=/usr/bin:/bin", "ONLY=this"], Encoding.UTF8.GetBytes(input), timeout ?? s_long);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [Fact]
    public void Command_GetsInputArgumentsAndEnvironment_AndItsOutputErrorsAndExitCodeAreKept()
    {
        var outcome = Run("/bin/sh", ["-c", "cat; echo \"$0 $1 $ONLY\"; echo bad >&2; exit 7", "a b", "ü"], "input\n");
        Assert.Equal("input\na b ü this\n", Text(outcome.Output));
        Assert.Equal("bad\n", Text(outcome.Errors));
        Assert.Equal(7, outcome.ExitCode);
    }

    [Fact]
    public void Command_MayPrintMoreThanAPluginMay()
    {
        var outcome = Run("/bin/sh", ["-c", "head -c 20000000 /dev/zero"]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(20_000_000, outcome.Output.Length);
    }

    [Fact]
    public void Command_CarriesMoreThanAPipeHolds()
    {
        string input = new('x', 1 << 20);
        Assert.Equal(input, Text(Run("/bin/cat", [], input).Output));
    }

    [Fact]
    public void Command_IsEndedByASignal_WhichTheExitCodeTells() => Assert.Equal(128 + 9, Run("/bin/sh", ["-c", "kill -9 $$"]).ExitCode);

    // .NET ignores SIGPIPE; a command that inherited that would write on for ever.
    [Fact]
    public void Command_DiesOfABrokenPipe_AsItExpects() =>
        Assert.Equal("141\n", Text(Run("/bin/bash", ["-c", "yes | head -n 1 > /dev/null; echo ${PIPESTATUS[0]}"]).Output));

    [Fact]
    public void Command_IsKilled_WhenItTakesTooLong() =>
        Assert.Throws<TimeoutException>(() => Run("/bin/sleep", ["1000"], timeout: TimeSpan.FromMilliseconds(50)));

    [Fact]
    public void Command_ThatCannotBeStarted_IsNamed() =>
        Assert.Contains("/nowhere/tool", Assert.Throws<IOException>(() => Run("/nowhere/tool", [])).Message);
}
