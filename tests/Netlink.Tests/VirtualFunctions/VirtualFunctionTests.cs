using System.Diagnostics;
using System.Text.Json;

namespace MultiNet.Netlink.Tests.VirtualFunctions;

/// <summary>
/// Settings of two virtual functions of the virtual machine's first card (an Intel 82576, driver igb), as the driver takes them or refuses
/// them. The card stays in the machine's own namespace; it is put back as it was found.
/// </summary>
[Trait("Kernel", "vm")]
public sealed class VirtualFunctionTests : IDisposable
{
    private const string Card = "0000:01:00.0";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly RouteSocket _host = RouteSocket.Open();
    private readonly bool _wasUp;

    public VirtualFunctionTests()
    {
        Run("modprobe", "igb");
        Await(() => Find() is not null, "the card's interface");
        _wasUp = Found.IsUp;
        Run("ip", $"link set dev {Found.Name} up");
        File.WriteAllText($"/sys/bus/pci/devices/{Card}/sriov_numvfs", "2");
        // Without a link the card has no rate to limit, and refuses to.
        Await(() => File.ReadAllText($"/sys/class/net/{Found.Name}/carrier").Trim() == "1", "the card's carrier");
    }

    private Link Found => Find()!;

    public void Dispose()
    {
        File.WriteAllText($"/sys/bus/pci/devices/{Card}/sriov_numvfs", "0");
        if (!_wasUp)
            Run("ip", $"link set dev {Found.Name} down");
        _host.Dispose();
    }

    [Fact]
    public void Settings_AreWhatIprouteShows()
    {
        Assert.Equal("pci", Found.ParentBus);
        var mac = MacAddress.Parse("0a:58:0a:01:02:03");

        _host.VirtualFunctionSet(Found.Index, 1, new VirtualFunctionChange
        {
            MacAddress = mac,
            Vlan = new VirtualFunctionVlan(100, 3, VirtualFunctionVlan.Dot1Q),
            TransmitRate = (0, 200),
            SpoofCheck = true,
            Trust = true,
        });

        using var document = JsonDocument.Parse(Run("ip", $"-j -d link show dev {Found.Name}"));
        var shown = document.RootElement[0].GetProperty("vfinfo_list")[1];
        Assert.Equal("0a:58:0a:01:02:03", shown.GetProperty("address").GetString());
        var vlan = shown.GetProperty("vlan_list")[0];
        Assert.Equal((100, 3), (vlan.GetProperty("vlan").GetInt32(), vlan.GetProperty("qos").GetInt32()));
        Assert.Equal((0, 200), (shown.GetProperty("rate").GetProperty("min_tx").GetInt32(), shown.GetProperty("rate").GetProperty("max_tx").GetInt32()));
        Assert.Equal((JsonValueKind.True, JsonValueKind.True), (shown.GetProperty("spoofchk").ValueKind, shown.GetProperty("trust").ValueKind));

        var functions = _host.VirtualFunctionList(Found.Index);
        Assert.Equal([0, 1], functions.Select(function => function.Index));
        Assert.Equal(
            new VirtualFunction
            {
                Index = 1,
                MacAddress = mac,
                Vlan = new VirtualFunctionVlan(100, 3, VirtualFunctionVlan.Dot1Q),
                MaximumTransmitRate = 200,
                SpoofCheck = true,
                Trust = true,
            },
            functions[1]);
        Assert.NotEqual(mac, functions[0].MacAddress);

        _host.VirtualFunctionSet(Found.Index, 1, new VirtualFunctionChange { Vlan = new VirtualFunctionVlan(0, 0, VirtualFunctionVlan.Dot1Q), Trust = false });
        var changed = _host.VirtualFunctionList(Found.Index)[1];
        Assert.Equal(((ushort)0, (bool?)false, (bool?)true, 200), (changed.Vlan.Id, changed.Trust, changed.SpoofCheck, changed.MaximumTransmitRate));
    }

    [Fact]
    public void WhatTheDriverRefuses_IsTheKernelsError()
    {
        Assert.Equal("EOPNOTSUPP", Refusal(1, new VirtualFunctionChange { LinkState = VirtualFunctionLinkState.Disable }));
        Assert.Equal("EPROTONOSUPPORT", Refusal(1, new VirtualFunctionChange { Vlan = new VirtualFunctionVlan(100, 0, VirtualFunctionVlan.Dot1AD) }));
        Assert.Equal("EINVAL", Refusal(1, new VirtualFunctionChange { TransmitRate = (100, 200) }));
        Assert.Equal("EINVAL", Refusal(2, new VirtualFunctionChange { Trust = true }));
    }

    private string Refusal(int index, VirtualFunctionChange change) =>
        Assert.Throws<NetlinkException>(() => _host.VirtualFunctionSet(Found.Index, index, change)).ErrnoName;

    private Link? Find() => _host.LinkList().SingleOrDefault(link => link.ParentDevice == Card);

    private static string Run(string command, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {arguments}: exit code {process.ExitCode}: {error.Result}{output}");
        return output;
    }

    private static void Await(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < s_patience, $"waited in vain for {what}");
            Thread.Yield();
        }
    }
}
