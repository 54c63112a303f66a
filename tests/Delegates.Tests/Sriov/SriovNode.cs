using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.HostDevice;
using MultiNet.Delegates.Sriov;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Sriov;

/// <summary>
/// The virtual machine with its two cards, two virtual functions each. The host is the machine's own namespace: hardware comes back there
/// when the namespace of a pod ends.
/// </summary>
internal sealed class SriovNode : IDisposable
{
    public const string Card1 = "0000:01:00.0";
    public const string Card2 = "0000:02:00.0";
    public const string Function1 = "0000:01:10.0";
    public const string Function2 = "0000:02:10.0";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-sriov-");
    private readonly List<string> _pods = [];

    public SriovNode()
    {
        Run("modprobe", "-a igb igbvf vfio-pci");
        foreach (string card in (string[])[Card1, Card2])
        {
            Await(() => InterfaceOf(card).Length > 0, $"the interface of {card}");
            Run("ip", $"link set dev {InterfaceOf(card)} up");
            File.WriteAllText($"/sys/bus/pci/devices/{card}/sriov_numvfs", "2");
        }
        Await(() => InterfaceOf(Function1).Length > 0 && InterfaceOf(Function2).Length > 0, "the virtual functions");
        Ipam.Result = """{"ips":[{"address":"10.1.2.5/24"},{"address":"fd00:1::5/64"}]}""";
    }

    public FakeIpam Ipam { get; } = new();

    public string StateFolder => Path.Combine(_folder.FullName, "sriov");

    public bool HasState => Directory.Exists(StateFolder) && Directory.EnumerateFiles(StateFolder, "*", SearchOption.AllDirectories).Any(path => !path.EndsWith(".lock", StringComparison.Ordinal));

    public static string Sriov(string function, string keys = "") =>
        """{"cniVersion":"1.1.0","name":"net","type":"sriov","deviceID":"FUNCTION"KEYS,"ipam":{"type":"fake"}}""".Replace("FUNCTION", function).Replace("KEYS", keys.Length > 0 ? "," + keys : "");

    public string AddPod()
    {
        string path = Path.Combine(_folder.FullName, $"pod{_pods.Count + 1}");
        NetworkNamespace.Create(path).Dispose();
        _pods.Add(path);
        return path;
    }

    public CniResult? Call(CniVerb verb, string config, string pod = "", string container = "")
    {
        var call = new CniCall
        {
            Verb = verb,
            ContainerId = container.Length > 0 ? container : Path.GetFileName(pod),
            NetNs = pod,
            IfName = verb is CniVerb.Gc or CniVerb.Status ? "" : "net1",
            Config = Encoding.UTF8.GetBytes(config),
            Path = ["/nowhere"],
        };
        using var kernel = new NodeKernel { RecordsFolder = Path.Combine(_folder.FullName, "records") };
        IPlugin plugin = config.Contains("\"type\":\"sriov\"") ? new SriovPlugin(kernel, new Sysfs(), StateFolder) : new HostDevicePlugin(kernel, new Sysfs());
        return PluginHost.Invoke(plugin, call, Ipam);
    }

    /// <summary>The interface of a PCI device on the host; "" where it is elsewhere.</summary>
    public static string InterfaceOf(string pci)
    {
        string folder = $"/sys/bus/pci/devices/{pci}/net";
        return Directory.Exists(folder) ? Path.GetFileName(Directory.GetDirectories(folder).FirstOrDefault() ?? "") : "";
    }

    /// <summary>What iproute2 says of the first virtual function of a card.</summary>
    public static JsonElement FunctionOf(string card) => Json($"link show dev {InterfaceOf(card)}").GetProperty("vfinfo_list")[0];

    /// <summary>What an administrator sees of a virtual function on the host.</summary>
    public static string StateOf(string function, string card)
    {
        var link = Json($"link show dev {InterfaceOf(function)}");
        string alias = link.TryGetProperty("ifalias", out var text) ? text.GetString()! : "";
        return $"{link.GetProperty("ifname")} mtu {link.GetProperty("mtu")} {link.GetProperty("address")} alias={alias} {FunctionOf(card)}";
    }

    public static JsonElement Json(string arguments, string pod = "") =>
        Assert.Single(JsonDocument.Parse(pod.Length == 0 ? Run("ip", "-j -d " + arguments) : TestNode.Exec(pod, "ip", "-j -d " + arguments)).RootElement.EnumerateArray());

    public static string Run(string command, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {arguments}: {error.Result}{output}");
        return output;
    }

    public static void Await(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < s_patience, $"waited in vain for {what}");
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        foreach (string pod in _pods)
            NetworkNamespace.Delete(pod);
        foreach (string card in (string[])[Card1, Card2])
            File.WriteAllText($"/sys/bus/pci/devices/{card}/sriov_numvfs", "0");
        _folder.Delete(recursive: true);
    }
}
