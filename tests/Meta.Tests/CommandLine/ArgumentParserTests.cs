using MultiNet.Meta.CommandLine.Arguments;

namespace MultiNet.Meta.Tests.CommandLine;

public class ArgumentParserTests
{
    private static readonly CommandSyntax s_syntax = new(
        "try", "tries", [new("--keep", null, ""), new("--config", "FILE", ""), OptionSyntax.Output])
    {
        Operand = "PATH",
    };

    [Fact]
    public void OptionsAndOperands_MayStandInAnyOrder()
    {
        var parsed = Parse("a", "--config", "f", "--keep", "b");
        Assert.Equal(["a", "b"], parsed.Operands);
        Assert.Equal("f", parsed.Value("--config"));
        Assert.True(parsed.Has("--keep"));
        Assert.False(parsed.WantsJson);
    }

    [Theory]
    [InlineData("--config=f=g", "--config", "f=g")]
    [InlineData("--config=-x", "--config", "-x")]
    [InlineData("-ojson", "-o", "json")]
    [InlineData("-o=json", "-o", "json")]
    public void Value_MayBeJoined(string arg, string option, string value) => Assert.Equal(value, Parse(arg).Value(option));

    [Fact]
    public void AfterTwoDashes_EverythingIsAnOperand() => Assert.Equal(["--keep", "-o"], Parse("--", "--keep", "-o").Operands);

    [Fact]
    public void SingleDash_IsAnOperand() => Assert.Equal(["-"], Parse("-").Operands);

    [Theory]
    [InlineData("unknown option --kep; did you mean --keep?", "--kep")]
    [InlineData("unknown option --conf; did you mean --config?", "--conf", "f")]
    [InlineData("unknown option --zzzzzzzz", "--zzzzzzzz")]
    [InlineData("unknown option -x", "-x")]
    [InlineData("--keep takes no value, found \"yes\"", "--keep=yes")]
    [InlineData("--config needs a value: --config FILE", "--config")]
    [InlineData("--config needs a value: --config FILE", "--config", "--keep")]
    [InlineData("--config needs a value: --config FILE", "--config=")]
    [InlineData("--keep is given twice", "--keep", "--keep")]
    [InlineData("-o: unknown value \"yaml\", allowed: json, text", "-o", "yaml")]
    [InlineData("an argument is empty (an unset variable?)", "")]
    public void Misuse_IsExplained(string message, params string[] args) =>
        Assert.Equal(message, Assert.Throws<MisuseException>(() => Parse(args)).Message);

    [Fact]
    public void Operand_WhereNoneIsTaken_IsRefused()
    {
        var error = Assert.Throws<MisuseException>(() => ArgumentParser.Parse(new CommandSyntax("status", "", []), ["x"]));
        Assert.Equal("unexpected argument \"x\": status takes options only", error.Message);
    }

    private static ParsedArguments Parse(params string[] args) => ArgumentParser.Parse(s_syntax, args);
}
