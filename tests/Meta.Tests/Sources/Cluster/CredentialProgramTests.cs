using System.Text;
using MultiNet.Hosting.Credentials;
using MultiNet.Kubernetes;
using MultiNet.Kubernetes.Tests.Server;
using MultiNet.Meta.Sources.Cluster;

namespace MultiNet.Meta.Tests.Sources.Cluster;

public sealed class CredentialProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-credentials-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Program_GetsItsArgumentsAndVariables_AndNoneOfThePlugin()
    {
        string program = Write("print", "echo \"$1|$2|$GIVEN|$KUBERNETES_EXEC_INFO|$(env | grep -c ^CNI_)\"");
        Environment.SetEnvironmentVariable("CNI_FOR_CREDENTIALS", "x");

        var printed = await RunAsync(new ExecCredentialCommand
        {
            Command = program, Arguments = ["a b", "$(id)"], Environment = [new("GIVEN", "g")], ApiVersion = "client.authentication.k8s.io/v1",
        });

        Environment.SetEnvironmentVariable("CNI_FOR_CREDENTIALS", null);
        Assert.Equal("a b|$(id)|g|{\"info\"}|0\n", printed);
    }

    [Fact]
    public async Task Failure_IsToldWithWhatTheProgramSays_AndWithoutWhatItPrints()
    {
        string program = Write("fail", "echo secret; echo 'log in first' >&2; exit 3");
        var e = await Assert.ThrowsAsync<KubeConfigException>(() => RunAsync(Command(program) with { InstallHint = "get it from the shop" }));
        Assert.Equal($"no credentials: {program} ended with exit code 3: log in first (get it from the shop)", e.Message);
    }

    [Fact]
    public async Task MissingProgram_IsNamed() => Assert.Contains(
        "no-such-program-anywhere, which the kubeconfig names for credentials, was not found",
        (await Assert.ThrowsAsync<KubeConfigException>(() => RunAsync(Command("no-such-program-anywhere")))).Message);

    [Fact]
    public async Task ProgramThatHangs_IsKilled() => Assert.Contains(
        "took longer than",
        (await Assert.ThrowsAsync<KubeConfigException>(() => RunAsync(Command(Write("hang", "sleep 1000")), TimeSpan.FromMilliseconds(300)))).Message);

    [Fact]
    public async Task Kubeconfig_ThatNamesAProgram_IsGoodForThePlugin()
    {
        await using var server = await ScriptedServer.StartAsync();
        string token = "";
        server.Answer = context =>
        {
            token = context.Request.Headers.Authorization.ToString();
            return context.StatusAsync(404, "NotFound");
        };
        Write("get-token", """echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "of-the-program"}}'""");
        string kubeconfig = Path.Combine(_folder, "kubeconfig");
        File.WriteAllText(kubeconfig, ClusterNode.KubeconfigFor(server.Url).Replace(
            "\"token\": \"secret-token\"",
            "\"exec\": {\"apiVersion\": \"client.authentication.k8s.io/v1\", \"command\": \"./get-token\", \"interactiveMode\": \"Never\"}",
            StringComparison.Ordinal));
        using var api = new ClusterApi(kubeconfig, TimeSpan.FromSeconds(30));

        Assert.Null(new ClusterSource(api).FindPod(new("default", "web")));

        Assert.Equal("Bearer of-the-program", token);
    }

    private static ExecCredentialCommand Command(string program) => new() { Command = program, ApiVersion = "client.authentication.k8s.io/v1" };

    private static async Task<string> RunAsync(ExecCredentialCommand command, TimeSpan? patience = null) =>
        Encoding.UTF8.GetString((await new CredentialProgram { Patience = patience ?? TimeSpan.FromSeconds(60) }.RunAsync(command, "{\"info\"}", default)).Span);

    private string Write(string name, string script)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
