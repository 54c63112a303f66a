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

    [Fact]
    public async Task Kubeconfig_MayNameAProgramForCredentials()
    {
        using var folder = new TestFolder();
        await using var server = await ScriptedServer.StartAsync();
        string? proof = null;
        server.Answer = async context =>
        {
            proof = context.Request.Headers.Authorization;
            await context.JsonAsync("""{"metadata": {"name": "blue", "namespace": "team"}}""");
        };
        string kubeconfig = Path.Combine(folder.Path, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, $$$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
             "clusters": [{"name": "c", "cluster": {"server": "{{{server.Url}}}"}}],
             "users": [{"name": "u", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "command": "/bin/echo",
               "args": ["{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"made\"}}"] } } } ]}
            """);
        using var api = Program.Client(new MultiNet.Webhook.Configuration.WebhookConfig { Kubeconfig = kubeconfig })!;

        await api.GetAsync(MultiNet.Kubernetes.ResourceTypes.NetworkAttachmentDefinitions, new MultiNet.Kubernetes.ObjectKey("team", "blue"), CancellationToken.None);

        Assert.Equal("Bearer made", proof);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (Program.Run(args, output, error), output.ToString(), error.ToString());
    }
}
