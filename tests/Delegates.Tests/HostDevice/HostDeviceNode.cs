using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Delegates.HostDevice;
using MultiNet.Delegates.Tests.Devices;

namespace MultiNet.Delegates.Tests.HostDevice;

/// <summary>A node with a device <c>dev0</c>, whose wire ends in <c>wire0</c> with the address 10.1.2.1.</summary>
internal sealed class HostDeviceNode : IDisposable
{
    public const string Config = """{"cniVersion":"1.1.0","name":"net","type":"host-device","device":"dev0","ipam":{"type":"fake"}}""";
    public const string WithoutIpam = """{"cniVersion":"1.1.0","name":"net","type":"host-device","device":"dev0"}""";

    public HostDeviceNode()
    {
        Node.Ipam.Result = """{"ips":[{"address":"10.1.2.5/24","gateway":"10.1.2.1"}],"routes":[{"dst":"0.0.0.0/0"}]}""";
        Host("link add dev0 type veth peer name wire0");
        Host("address add 10.1.2.1/24 dev wire0");
        Host("link set wire0 up");
        Sysfs = new FakeSysfs(Path.Combine(Node.Folder, "sys"));
        Node.Plugin = kernel => new HostDevicePlugin(kernel, Sysfs.Sysfs);
        Pod = Node.AddPod();
    }

    public TestNode Node { get; } = new();

    public FakeSysfs Sysfs { get; }

    public TestNode.Pod Pod { get; }

    public bool HasRecords => Directory.Exists(Node.RecordsFolder) && Directory.EnumerateFiles(Node.RecordsFolder, "*", SearchOption.AllDirectories).Any();

    public void Host(string arguments) => Node.OnHost("ip", arguments);

    public void InPod(string arguments) => Pod.Exec("ip", arguments);

    public CniResult Add(string config = Config, string ifName = "eth0") => Node.Add(config, Pod, ifName);

    public CniException FailAdd(string config = Config, string ifName = "eth0") => Assert.Throws<CniException>(() => Node.Add(config, Pod, ifName));

    public void Del(string config = Config, string ifName = "eth0") => Node.Call(CniVerb.Del, config, Pod, ifName);

    /// <summary>DEL as a runtime calls it that does not know the namespace any more.</summary>
    public void DelWithoutNamespace(string config = Config) => Node.Call(CniVerb.Del, config, containerId: Pod.Id);

    public JsonElement Device(string name = "dev0") => Assert.Single(TestNode.Ip(Node.HostPath, $"address show dev {name}"));

    public bool IsHome(string name = "dev0") => TestNode.TryExec(Node.HostPath, "ip", $"link show dev {name}").Code == 0;

    /// <summary>What an administrator sees of the device.</summary>
    public string State(string name = "dev0")
    {
        var device = Device(name);
        string alias = device.TryGetProperty("ifalias", out var text) ? text.GetString()! : "";
        string master = device.TryGetProperty("master", out var bridge) ? bridge.GetString()! : "";
        string up = device.GetProperty("flags").EnumerateArray().Any(flag => flag.GetString() == "UP") ? "up" : "down";
        var addresses = device.GetProperty("addr_info").EnumerateArray().Where(address => address.GetProperty("scope").GetString() != "link" || address.GetProperty("family").GetString() == "inet")
            .Select(address => $"{address.GetProperty("local")}/{address.GetProperty("prefixlen")} {(address.TryGetProperty("broadcast", out var broadcast) ? broadcast : "-")} {(address.TryGetProperty("label", out var label) ? label : "-")}").Order();
        return $"{device.GetProperty("address")} mtu {device.GetProperty("mtu")} {up} alias={alias} master={master} {string.Join(", ", addresses)}";
    }

    public void Dispose() => Node.Dispose();
}
