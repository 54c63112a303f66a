using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests;

/// <summary>
/// A node of its own: a namespace that plays the host, and pods. Plugins run on a thread inside the host's namespace, as if they had
/// been started there. Everything is gone after the test.
/// </summary>
public sealed class TestNode : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-node-");
    private readonly List<Pod> _pods = [];

    public TestNode()
    {
        HostPath = Path.Combine(_folder.FullName, "host");
        Host = NetworkNamespace.Create(HostPath);
        Exec(HostPath, "ip", "link set dev lo up");
    }

    public string HostPath { get; }

    public NetworkNamespace Host { get; }

    internal FakeIpam Ipam { get; } = new();

    public string Folder => _folder.FullName;

    /// <summary>Where plugins called here keep their records.</summary>
    public string RecordsFolder => Path.Combine(Folder, "records");

    /// <summary>Makes the plugin where it is not the built-in one as it is: with another place of sysfs, for instance.</summary>
    internal Func<NodeKernel, IPlugin>? Plugin { get; set; }

    public Pod AddPod()
    {
        var pod = new Pod(this, $"pod{_pods.Count + 1}", Path.Combine(_folder.FullName, $"pod{_pods.Count + 1}"));
        _pods.Add(pod);
        return pod;
    }

    /// <summary>Calls a built-in plugin as the runtime would.</summary>
    public CniResult? Call(CniVerb verb, string config, Pod? pod = null, string ifName = "eth0", Action<CniCall>? inspect = null, uint linkGroup = 0, string args = "", string? containerId = null)
    {
        var call = new CniCall
        {
            Verb = verb,
            ContainerId = containerId ?? pod?.Id ?? "",
            NetNs = pod?.Path ?? "",
            IfName = verb is CniVerb.Gc or CniVerb.Status ? "" : ifName,
            Args = args,
            Config = Encoding.UTF8.GetBytes(config),
            LinkGroup = linkGroup,
            Path = ["/nowhere"],
        };
        inspect?.Invoke(call);
        string type = JsonDocument.Parse(config).RootElement.GetProperty("type").GetString()!;
        return Host.Run(() =>
        {
            using var kernel = new NodeKernel { RecordsFolder = RecordsFolder };
            var plugin = Plugin?.Invoke(kernel);
            Assert.True(plugin is not null || BuiltinPlugins.TryCreate(type, kernel, out plugin));
            return PluginHost.Invoke(plugin, call, Ipam);
        });
    }

    public CniResult Add(string config, Pod pod, string ifName = "eth0", uint linkGroup = 0, string args = "") =>
        Call(CniVerb.Add, config, pod, ifName, linkGroup: linkGroup, args: args)!;

    /// <summary>The configuration with the result of an ADD as prevResult, as the runtime passes it to CHECK and DEL.</summary>
    public static string WithPrevResult(string config, CniResult result) =>
        config.TrimEnd()[..^1] + ",\"prevResult\":" + Encoding.UTF8.GetString(CniResultWriter.WriteCompact(result, result.CniVersion)) + "}";

    /// <summary>Runs a command in a namespace; its output. Fails the test where the command fails.</summary>
    public static string Exec(string path, string command, string arguments, string? input = null)
    {
        var (code, output, error) = TryExec(path, command, arguments, input);
        Assert.True(code == 0, $"{command} {arguments}: exit code {code}: {error}{output}");
        return output;
    }

    public static (int Code, string Output, string Error) TryExec(string path, string command, string arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo("nsenter", $"--net={path} {command} {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public string OnHost(string command, string arguments) => Exec(HostPath, command, arguments);

    /// <summary>The names of the interfaces on the host, without lo.</summary>
    public IReadOnlyList<string> HostLinks() => [.. Ip(HostPath, "link").Select(link => link.GetProperty("ifname").GetString()!).Where(name => name != "lo")];

    /// <summary>What <c>ip -j -d ...</c> prints, without the empty items.</summary>
    public static IReadOnlyList<JsonElement> Ip(string path, string arguments)
    {
        string output = Exec(path, "ip", "-j -d " + arguments);
        return output.Trim().Length == 0 ? [] : [.. JsonDocument.Parse(output).RootElement.EnumerateArray().Where(item => item.EnumerateObject().Any())];
    }

    public void Dispose()
    {
        foreach (var pod in _pods)
            pod.Dispose();
        Host.Dispose();
        NetworkNamespace.Delete(HostPath);
        _folder.Delete(recursive: true);
    }

    /// <summary>A pod's namespace.</summary>
    public sealed class Pod : IDisposable
    {
        private readonly TestNode _node;

        public Pod(TestNode node, string id, string path)
        {
            _node = node;
            Id = id;
            Path = path;
            NetworkNamespace.Create(path).Dispose();
        }

        public string Id { get; }

        public string Path { get; }

        public string Exec(string command, string arguments) => TestNode.Exec(Path, command, arguments);

        public IReadOnlyList<JsonElement> Ip(string arguments) => TestNode.Ip(Path, arguments);

        public JsonElement Link(string name = "eth0") => Assert.Single(Ip($"link show dev {name}"));

        public bool HasLink(string name = "eth0") => TryExec(Path, "ip", $"link show dev {name}").Code == 0;

        /// <summary>The namespace's path vanishes, and with it the namespace.</summary>
        public void Vanish() => NetworkNamespace.Delete(Path);

        /// <summary>Until the first answer, 60 s at most: an interface may lose its first packets while the kernel brings it up.</summary>
        public bool CanPing(string address) => TryExec(Path, "ping", $"-n -c 1 -w 60 {address}").Code == 0;

        public string Sysctl(string name) => _node.Host is null ? "" : TestNode.Exec(Path, "cat", $"/proc/sys/{name}").Trim();

        public void Dispose() => NetworkNamespace.Delete(Path);
    }
}
