namespace MultiNet.Daemon.Tests;

public sealed class ProgramTests
{
    private static (int Code, string Out, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (Program.Run(args, output, error), output.ToString(), error.ToString());
    }

    [Fact]
    public void Help_NamesEveryOption()
    {
        var (code, text, _) = Run("--help");

        Assert.Equal(0, code);
        Assert.StartsWith("usage: multinetd [OPTIONS]\n", text);
        foreach (string option in (string[])["--config", "--node", "--kubeconfig", "--socket", "--version"])
            Assert.Contains(option, text);
    }

    [Fact]
    public void Version_IsPrinted()
    {
        var (code, text, _) = Run("--version");

        Assert.Equal(0, code);
        Assert.StartsWith("multinetd 0.", text);
    }

    [Theory]
    [InlineData("unknown option --nod", "--nod", "x")]
    [InlineData("no name of a node", "--node", "A")]
    [InlineData("unexpected argument", "serve")]
    public void WrongCommandLine_EndsWithAReason(string message, params string[] args)
    {
        var (code, _, error) = Run(args);

        Assert.NotEqual(0, code);
        Assert.Contains(message, error);
    }

    [Fact]
    public void MissingKubeconfig_EndsWithOne()
    {
        var (code, _, error) = Run("--node", "n1", "--kubeconfig", "/no/such/kubeconfig");

        Assert.Equal(1, code);
        Assert.Contains("/no/such/kubeconfig", error);
    }
}
