namespace MultiNet.Meta.Tests.CommandLine;

public class CommandLineProgramTests
{
    [Fact]
    public void NoArguments_PrintsHelpAndIsMisuse()
    {
        var call = CommandLineCall.Run();
        Assert.Equal(2, call.ExitCode);
        Assert.StartsWith("usage: multinet COMMAND", call.Error, StringComparison.Ordinal);
        Assert.Empty(call.Output);
    }

    [Fact]
    public void Help_NamesEveryCommand()
    {
        var call = CommandLineCall.Run("--help");
        Assert.Equal(0, call.ExitCode);
        foreach (string command in new[] { "run", "plan", "install", "uninstall", "status", "gc", "version" })
            Assert.Contains($"\n  {command} ", call.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("plan")]
    [InlineData("install")]
    [InlineData("uninstall")]
    [InlineData("status")]
    [InlineData("gc")]
    [InlineData("version")]
    public void CommandHelp_IsPrintedEvenWhereArgumentsLack(string command)
    {
        var call = CommandLineCall.Run(command, "--help");
        Assert.Equal(0, call.ExitCode);
        Assert.StartsWith($"usage: multinet {command} ", call.Output, StringComparison.Ordinal);
        Assert.Contains("  --help ", call.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownCommand_IsMisuseWithAHint()
    {
        var call = CommandLineCall.Run("instal");
        Assert.Equal(2, call.ExitCode);
        Assert.StartsWith("multinet: unknown command \"instal\"; did you mean install?\n", call.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("plan")]
    [InlineData("run", "--down", "x")]
    [InlineData("run", "--down", "--keep")]
    [InlineData("install", "--bin-dir", "/x")]
    [InlineData("uninstall")]
    [InlineData("status", "x")]
    [InlineData("version", "--json")]
    public void Misuse_SaysWhereToLook(params string[] args)
    {
        var call = CommandLineCall.Run(args);
        Assert.Equal(2, call.ExitCode);
        Assert.StartsWith($"multinet {args[0]}: ", call.Error, StringComparison.Ordinal);
        Assert.EndsWith($"see: multinet {args[0]} --help\n", call.Error, StringComparison.Ordinal);
        Assert.Empty(call.Output);
    }

    [Fact]
    public void Version_TellsWhatIsBuiltIn()
    {
        var json = CommandLineCall.Run("version", "-o", "json").Json();
        Assert.Equal("1.1.0", json.GetProperty("cniVersions").EnumerateArray().Last().GetString());
        Assert.Contains("bridge", json.GetProperty("builtinPlugins").EnumerateArray().Select(p => p.GetString()));
        var text = CommandLineCall.Run("version");
        Assert.StartsWith($"multinet {json.GetProperty("version").GetString()}", text.Output, StringComparison.Ordinal);
        Assert.Equal(text.Output, CommandLineCall.Run("--version").Output);
    }
}
