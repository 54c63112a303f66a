using System.Net;
using System.Text;
using MultiNet.Cni;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Configuration;

namespace MultiNet.Daemon.Tests.Configuration;

public sealed class DaemonConfigReaderTests
{
    private static DaemonConfig Read(string json) => DaemonConfigReader.Read(Encoding.UTF8.GetBytes(json), "config.json");

    [Fact]
    public void EmptyConfiguration_HasTheDefaults() => Assert.Equal(new DaemonConfig(), Read("{}"));

    [Fact]
    public void EveryKey_IsRead()
    {
        var config = Read("""
            {"nodeName": "node-1.example", "kubeconfig": "/k", "socket": "/run/x/s", "stateDir": "/s", "connections": 3, "listen": "[::1]:1234", "events": false,
             "readinessIndicatorFile": "/r", "logLevel": "debug", "shutdownSeconds": 7, "hostProcess": "/proc/2", "hostMultinet": "/m"}
            """);

        Assert.Equal(
            new DaemonConfig
            {
                NodeName = "node-1.example", Kubeconfig = "/k", Socket = "/run/x/s", StateDir = "/s", Connections = 3, Listen = IPEndPoint.Parse("[::1]:1234"), Events = false,
                ReadinessIndicatorFile = "/r", LogLevel = DaemonLogLevel.Debug, Shutdown = TimeSpan.FromSeconds(7), HostProcess = "/proc/2", HostMultinet = "/m",
            },
            config);
        Assert.Null(Read("""{"listen": "off"}""").Listen);
    }

    [Theory]
    [InlineData("""{"nodename2": "x"}""", "unknown key \"nodename2\"; did you mean nodeName?")]
    [InlineData("""{"nodeName": "a,b"}""", "no name of a node")]
    [InlineData("""{"socket": "s"}""", "no absolute path")]
    [InlineData("""{"socket": "/s"}""", "no place for the socket")]
    [InlineData("""{"connections": 0}""", "not between 1 and 1024")]
    [InlineData("""{"listen": "localhost"}""", "no address to listen on")]
    [InlineData("""{"listen": ":0"}""", "no address to listen on")]
    [InlineData("""{"logLevel": "loud"}""", "not known")]
    [InlineData("""{"shutdownSeconds": 301}""", "not between 1 and 300")]
    [InlineData("""{"events": "yes"}""", "events")]
    [InlineData("[]", "an object")]
    [InlineData("", "not valid JSON")]
    public void WrongValue_IsRefused(string json, string message) => Assert.Contains(message, Assert.Throws<CniException>(() => Read(json)).Text);

    [Fact]
    public void EveryKey_IsDocumented()
    {
        string page = File.ReadAllText(Path.Combine(Repository(), "docs/daemon.md"));
        string unknown = Assert.Throws<CniException>(() => Read("""{"zzz": 1}""")).Details;
        foreach (string key in unknown["known are ".Length..].Split(", "))
            Assert.Contains($"| `{key}` |", page);
    }

    private static string Repository([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));
}
