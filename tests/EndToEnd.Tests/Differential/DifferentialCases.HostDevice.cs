namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>host-device. Its devices are virtual here; virtual functions of a card are in <c>DifferentialCases.VirtualFunctions.cs</c>.</content>
internal static partial class DifferentialCases
{
    // A device with a wire to the node. It is down: the reference leaves down what it takes home, whatever it was.
    private const string Wire = "ip link add dev0 type veth peer name wire0; ip link set wire0 up";

    private static string HostDeviceWith(string keys, string ipam = Ipam4) =>
        $$"""[{"type": "host-device", {{keys}}{{(ipam.Length > 0 ? ", \"ipam\": " + ipam : "")}}}]""";

    private static IEnumerable<DifferentialCase> HostDevices() =>
    [
        new("host-device device", HostDeviceWith("\"device\": \"dev0\"", "")) { Prepare = Wire, Faults = true },
        new("host-device device with ipam", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire, Faults = true, Destroy = "ip link delete wire0" },
        new("host-device IPv6", HostDeviceWith("\"device\": \"dev0\"", Ipam6)) { Prepare = Wire },
        new("host-device dual stack", HostDeviceWith("\"device\": \"dev0\"", IpamDual)) { Prepare = Wire },
        new("host-device hwaddr", HostDeviceWith("\"hwaddr\": \"c2:11:22:33:44:58\"")) { Prepare = Wire + "; ip link set dev0 address c2:11:22:33:44:58" },
        new("host-device hwaddr in another form", HostDeviceWith("\"hwaddr\": \"C2-11-22-33-44-58\"")) { Prepare = Wire + "; ip link set dev0 address c2:11:22:33:44:58" },
        new("host-device kernelpath", HostDeviceWith("\"kernelpath\": \"/sys/devices/virtual\""))
        {
            // The first by name counts, and lo is there as well.
            Prepare = "ip link add a0 type veth peer name wire0; ip link set wire0 up",
        },
        new("host-device kernelpath with a slash at its end", HostDeviceWith("\"kernelpath\": \"/sys/devices/virtual/\"", "")) { Prepare = "ip link add a0 type veth peer name wire0" },
        new("host-device tap", HostDeviceWith("\"device\": \"tap7\"")) { Prepare = "ip tuntap add tap7 mode tap" },
        new("host-device tun", HostDeviceWith("\"device\": \"tun7\"")) { Prepare = "ip tuntap add tun7 mode tun" },
        new("host-device with another interface name", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire, Interface = "net1" },
        new("host-device whose name the pod has", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire + "; ip -n pod1 link add dev0 type bridge" },
        new("host-device whose interface name the node has", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire + "; ip link add eth0 type bridge" },
        new("host-device mtu of the device", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire + "; ip link set dev0 mtu 1400" },
        new("host-device that was in use", HostDeviceWith("\"device\": \"kept0\""))
        {
            Prepare = "ip link add kept0 type veth peer name kept0wire; ip link set kept0wire up; ip link set kept0 up alias uplink; ip address add 192.0.2.7/24 dev kept0",
        },
        new("host-device dns", HostDeviceWith("\"device\": \"dev0\", \"dns\": {\"nameservers\": [\"10.1.1.1\"], \"search\": [\"a.example\"]}")) { Prepare = Wire },
        new("host-device static", HostDeviceWith("\"device\": \"dev0\"", """
            {"type": "static", "addresses": [{"address": "10.10.0.5/24", "gateway": "10.10.0.1"}], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.20.0.0/16", "gw": "10.10.0.2"}]}
            """)) { Prepare = Wire },
        new("host-device first key counts", HostDeviceWith("\"device\": \"dev0\", \"hwaddr\": \"nonsense\", \"kernelpath\": \"nonsense\"")) { Prepare = Wire },
        new("host-device with other letter case and unknown keys", HostDeviceWith("\"DEVICE\": \"dev0\", \"unknown\": {\"a\": null}")) { Prepare = Wire },
        new("host-device and tuning", HostDeviceWith("\"device\": \"dev0\"")[..^1] + """, {"type": "tuning", "mac": "c2:b0:57:49:47:f1", "mtu": 1400}]""") { Prepare = Wire },
        .. new[] { "0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0" }.Select(version => new DifferentialCase($"version {version} host-device", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire, CniVersion = version }),
    ];

    private static IEnumerable<DifferentialCase> HostDeviceFailures() =>
    [
        new("host-device without a device", """[{"type": "host-device"}]"""),
        new("host-device empty device", HostDeviceWith("\"device\": \"\"")),
        new("host-device device missing", HostDeviceWith("\"device\": \"none0\"")),
        new("host-device device of a long name", HostDeviceWith("\"device\": \"a-name-that-is-too-long\"")),
        new("host-device hwaddr missing", HostDeviceWith("\"hwaddr\": \"c2:11:22:33:44:99\"")),
        new("host-device hwaddr of nonsense", HostDeviceWith("\"hwaddr\": \"nonsense\"")),
        new("host-device kernelpath elsewhere", HostDeviceWith("\"kernelpath\": \"/proc/self\"")),
        new("host-device kernelpath missing", HostDeviceWith("\"kernelpath\": \"/sys/devices/none\"")),
        new("host-device pciBusID missing", HostDeviceWith("\"pciBusID\": \"0000:ff:1f.7\"")),
        new("host-device pciBusID of nonsense", HostDeviceWith("\"pciBusID\": \"nonsense\"")) { Message = "error with host device: invalid PCI address \"nonsense\"" },
        new("host-device deviceID missing", HostDeviceWith("\"capabilities\": {\"deviceID\": true}")) { Capabilities = """{"deviceID": "0000:ff:1f.7"}""" },
        new("host-device interface exists", HostDeviceWith("\"device\": \"dev0\"")) { Prepare = Wire + "; ip -n pod1 link add eth0 type bridge" },
        new("host-device ipam plugin missing", HostDeviceWith("\"device\": \"dev0\"", """{"type": "no-such-ipam"}""")) { Prepare = Wire },
        new("host-device ipam exhausted", HostDeviceWith("\"device\": \"dev0\"", """{"type": "host-local", "subnet": "10.88.0.0/30"}"""))
        {
            Prepare = Wire + "; mkdir -p /var/lib/cni/networks/net-under-test; printf 'other\\r\\neth0' >/var/lib/cni/networks/net-under-test/10.88.0.2",
        },
    ];
}
