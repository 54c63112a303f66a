namespace MultiNet.Webhook.Tests;

public sealed class ProgramTests
{
    [Fact]
    public void Help_TellsOptionsAndExitCodes()
    {
        var (code, output, error) = Run("--help");

        Assert.Equal((0, ""), (code, error));
        foreach (string part in (string[])["usage: multinet-webhook", "--config FILE", "--check-config", "Exit code: 0"])
            Assert.Contains(part, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_IsOneLine() => Assert.Matches("^multinet-webhook \\d+\\.\\d+\\.\\d+.*\n$", Run("--version").Output);

    [Theory]
    [InlineData("--confg=x", "did you mean --config?")]
    [InlineData("serve", "unexpected argument")]
    public void Misuse_IsExitCode2(string argument, string message)
    {
        var (code, _, error) = Run(argument);

        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckConfig_SaysWhatIsWrong()
    {
        using var folder = new TestFolder();
        string good = Path.Combine(folder.Path, "good.json"), bad = Path.Combine(folder.Path, "bad.json");
        File.WriteAllText(good, """{"drainSeconds": 3}""");
        File.WriteAllText(bad, """{"drainSeconds": -3}""");

        Assert.Equal((0, $"{good}: good\n", ""), Run("--check-config", "--config", good));
        var (code, _, error) = Run("--check-config", "--config", bad);
        Assert.Equal(1, code);
        Assert.Contains("drainSeconds: -3 is not between 0 and 300", error, StringComparison.Ordinal);
        Assert.Equal(1, Run("--check-config", "--config", good + ".missing").Code);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (Program.Run(args, output, error), output.ToString(), error.ToString());
    }
}
