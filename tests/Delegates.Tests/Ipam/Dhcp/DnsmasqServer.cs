using System.Diagnostics;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>A real DHCP server, dnsmasq, on a bridge of a test's host: 10.77.0.1/24 on <c>br0</c>.</summary>
internal sealed class DnsmasqServer : IDisposable
{
    private readonly TestNode _node;
    private Process? _process;

    public DnsmasqServer(TestNode node)
    {
        _node = node;
        node.OnHost("ip", "link add br0 type bridge");
        node.OnHost("ip", "addr add 10.77.0.1/24 dev br0");
        node.OnHost("ip", "link set br0 up");
    }

    public string LeaseFile => Path.Combine(_node.Folder, "dnsmasq.leases");

    /// <summary>A line for each lease: end, MAC, address, name, client identifier.</summary>
    public IReadOnlyList<string> Leases => File.Exists(LeaseFile) ? File.ReadAllLines(LeaseFile) : [];

    public DnsmasqServer Start(string options = "--dhcp-range=10.77.0.10,10.77.0.50,255.255.255.0,3600")
    {
        // Without pinging an address first it answers at once.
        _process = Process.Start(new ProcessStartInfo("nsenter", $"--net={_node.HostPath} dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=br0 --bind-interfaces " +
            $"--no-ping --dhcp-sequential-ip --dhcp-authoritative --log-dhcp --log-facility={Path.Combine(_node.Folder, "dnsmasq.log")} --pid-file= --dhcp-leasefile={LeaseFile} --user=root {options}"))!;
        Wait.Until(() => File.Exists(LeaseFile) && IsAlive(), "dnsmasq has started");
        return this;
    }

    private bool IsAlive() => _process is { HasExited: false } ? true : throw new InvalidOperationException(Log());

    public string Log() => File.ReadAllText(Path.Combine(_node.Folder, "dnsmasq.log"));

    public void Stop()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => Stop();
}
