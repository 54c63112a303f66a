using MultiNet.Cni;
using MultiNet.Delegates.HostDevice;
using MultiNet.Delegates.Tests.Devices;

namespace MultiNet.Delegates.Tests.HostDevice;

public sealed class HostDeviceConfigTests : IDisposable
{
    private const string Pci = "0000:fe:1f.1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-sysfs-");
    private readonly FakeSysfs _sysfs;

    public HostDeviceConfigTests() => _sysfs = new FakeSysfs(_folder.FullName)
        .Device("pci", Pci, "ixgbe").Device("pci", "0000:fe:1f.2", "vfio-pci").Device("pci", "0000:fe:1f.3", "").Device("pci", "0000:fe:1f.4", "uio_pci_generic").Device("pci", "0000:fe:1f.5", "igb_uio")
        .Device("auxiliary", "mlx5_core.sf.2", "mlx5_core.sf");

    public void Dispose() => _folder.Delete(recursive: true);

    private HostDeviceConfig Read(string keys) => HostDeviceConfig.Read(Context.Of("""{"name":"n","type":"host-device",KEYS}""".Replace("KEYS", keys)), _sysfs.Sysfs);

    [Fact]
    public void EveryKey_IsRead()
    {
        Assert.Equal("ens1", Read("\"device\":\"ens1\"").Device);
        Assert.Equal("0a:58:0a:01:02:03", Read("\"hwaddr\":\"0A-58-0A-01-02-03\"").HwAddr.ToString());
        Assert.Equal("/sys/devices/pci0000:00/0000:00:1f.6", Read("\"kernelpath\":\"/sys/devices/pci0000:00/0000:00:1f.6\"").KernelPath);
        Assert.Equal(Pci, Read($"\"pciBusID\":\"{Pci.ToUpperInvariant()}\"").Pci.ToString());
        Assert.Equal("d", Read("\"device\":\"ens1\",\"dns\":{\"domain\":\"d\"}").Dns!.Domain);
    }

    [Fact]
    public void DeviceId_WinsOverPciBusId()
    {
        Assert.Equal(Pci, Read($"\"pciBusID\":\"0000:fe:1f.2\",\"runtimeConfig\":{{\"deviceID\":\"{Pci}\"}}").Pci.ToString());
        var auxiliary = Read("\"pciBusID\":\"0000:fe:1f.2\",\"runtimeConfig\":{\"deviceID\":\"mlx5_core.sf.2\"}");
        Assert.Equal(("mlx5_core.sf.2", true, false), (auxiliary.AuxiliaryDevice, auxiliary.Pci.IsNone, auxiliary.IsUserspace));
    }

    [Theory]
    [InlineData("0000:fe:1f.1", false)]
    [InlineData("0000:fe:1f.2", true)]
    [InlineData("0000:fe:1f.4", true)]
    [InlineData("0000:fe:1f.5", true)]
    public void TheDriver_TellsWhetherThereIsAnInterface(string pci, bool userspace) => Assert.Equal(userspace, Read($"\"pciBusID\":\"{pci}\"").IsUserspace);

    [Theory]
    [InlineData("\"device\":\"\"", "specify either \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\"")]
    [InlineData("\"hwaddr\":\"nonsense\"", "failed to find host device: failed to parse MAC address \"nonsense\": address nonsense: invalid MAC address")]
    [InlineData("\"kernelpath\":\"/dev/null\"", "failed to find host device: kernel device path \"/dev/null\" must be absolute and begin with /sys/devices/")]
    [InlineData("\"kernelpath\":\"sys/devices/x\"", "failed to find host device: kernel device path \"sys/devices/x\" must be absolute and begin with /sys/devices/")]
    [InlineData("\"kernelpath\":\"/sys/devices/../../etc\"", "failed to find host device: kernel device path \"/sys/devices/../../etc\" must be absolute and begin with /sys/devices/")]
    [InlineData("\"pciBusID\":\"3d:00.1\"", "error with host device: invalid PCI address \"3d:00.1\"")]
    public void ABadValue_IsCodeSeven(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.Equal((message, CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
        Assert.NotEmpty(error.Details);
    }

    [Theory]
    [InlineData("\"pciBusID\":\"0000:fe:1f.7\"", "error with host device: lstat /sys/bus/pci/devices/0000:fe:1f.7: no such file or directory")]
    [InlineData("\"pciBusID\":\"0000:fe:1f.3\"", "error with host device: lstat /sys/bus/pci/devices/0000:fe:1f.3/driver: no such file or directory")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"0000:fe:1f.7\"}", "runtime config DeviceID 0000:fe:1f.7 not found or unsupported")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"../x\"}", "runtime config DeviceID ../x not found or unsupported")]
    public void ADeviceThatIsNotThere_IsAnError(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.Equal((message, CniErrorCode.Internal), (error.Message, error.Code));
        Assert.NotEmpty(error.Details);
    }

    [Theory]
    [InlineData("\"device\":1")]
    [InlineData("\"hwaddr\":[]")]
    [InlineData("\"kernelpath\":{}")]
    [InlineData("\"pciBusID\":true")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":5}")]
    [InlineData("\"runtimeConfig\":\"x\"")]
    [InlineData("\"device\":\"ens1\",\"dns\":[]")]
    public void AnotherType_IsCodeSix(string keys) => Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read(keys)).Code);

    [Fact]
    public void OnlyTheFirstKey_Counts()
    {
        var config = Read("\"device\":\"ens1\",\"hwaddr\":\"nonsense\",\"kernelpath\":\"nonsense\",\"pciBusID\":\"0000:fe:1f.3\"");
        Assert.Equal(("ens1", true, "", false), (config.Device, config.HwAddr.IsEmpty, config.KernelPath, config.IsUserspace));
    }
}
