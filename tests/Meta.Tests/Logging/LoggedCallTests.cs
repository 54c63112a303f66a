using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Plugin;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Logging;

public sealed class LoggedCallTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-logged-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Del_IsLoggedWithItsPod()
    {
        new MetaPlugin().Del(Context(CniVerb.Del, "verbose"));
        Assert.Matches(@"\[verbose\] DEL done in [0-9.]+ ms pod=default/web container=c1$", Lines()[^1]);
    }

    [Fact]
    public void Failure_IsLoggedAndThrown()
    {
        Assert.Throws<CniException>(() => new MetaPlugin().Check(Context(CniVerb.Check, "error")));
        Assert.Contains("[error] CHECK failed: ", Assert.Single(Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_IsLoggedByDefault()
    {
        Assert.Throws<CniException>(() => new MetaPlugin().Check(Context(CniVerb.Check, "")));
        Assert.False(File.Exists(Path.Combine(_folder, "log")));
    }

    [Fact]
    public void Secrets_OfTheConfigurationAreNotLogged()
    {
        Assert.Throws<CniException>(() => new MetaPlugin().Check(Context(CniVerb.Check, "debug")));
        Assert.DoesNotContain("s3cret", File.ReadAllText(Path.Combine(_folder, "log")), StringComparison.Ordinal);
    }

    private string[] Lines() => File.ReadAllLines(Path.Combine(_folder, "log"));

    private PluginContext Context(CniVerb verb, string level) => new(
        new CniCall
        {
            Verb = verb,
            ContainerId = "c1",
            IfName = "eth0",
            NetNs = "/proc/self/ns/net",
            Args = "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web",
            Config = Encoding.UTF8.GetBytes(
                $$"""
                {"cniVersion": "1.1.0", "name": "n", "type": "multinet", "stateDir": "{{_folder}}/state", "cniDir": "{{_folder}}/cache", "token": "s3cret",
                 "logFile": "{{_folder}}/log", "logLevel": "{{level}}", "logToStderr": false, "delegates": [{"cniVersion": "1.0.0", "name": "d", "type": "passthru"}]}
                """),
        },
        new FakeInvoker());
}
