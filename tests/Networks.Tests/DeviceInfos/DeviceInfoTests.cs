using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public class DeviceInfoTests
{
    public static TheoryData<string> Good =>
    [
        """{"type":"pci","version":"1.1.0","pci":{"pci-address":"0000:18:02.5","vhost-net":"/dev/vhost-net","rdma-device":"mlx5_2","pf-pci-address":"0000:18:00.0","representor-device":"eth3"}}""",
        """{"type":"pci","version":"1.0.0","pci":{"pci-address":"10000:18:1f.7"}}""",
        """{"type":"vdpa","version":"1.1.0","vdpa":{"parent-device":"vdpa0","driver":"vhost","path":"/dev/vhost-vdpa-0","pci-address":"0000:18:02.5","pf-pci-address":"0000:18:00.0","representor-device":"eth3"}}""",
        """{"type":"vhost-user","version":"1.1.0","vhost-user":{"mode":"client","path":"/var/run/x.sock"}}""",
        """{"type":"memif","version":"1.1.0","memif":{"role":"slave","path":"/var/run/x.sock","mode":"inject-punt"}}""",
    ];

    private static DeviceInfo Read(string json) => DeviceInfoReader.Read(Encoding.UTF8.GetBytes(json), "/x.json");

    [Theory]
    [MemberData(nameof(Good))]
    public void DeviceInfo_RoundTrips_AndHasNoProblems(string json)
    {
        var device = Read(json);
        Assert.Empty(device.FindProblems());
        Assert.Equal(json, Encoding.UTF8.GetString(DeviceInfoWriter.Write(device)));
    }

    [Theory]
    [InlineData("{}", "DEV-001 version", "DEV-002 type")]
    [InlineData("""{"type":"pci","version":"2.0.0","pci":{"pci-address":"0000:18:02.5"}}""", "DEV-001 version")]
    [InlineData("""{"type":"tap","version":"1.1.0"}""", "DEV-002 type")]
    [InlineData("""{"type":"pci","version":"1.1.0"}""", "DEV-003 pci")]
    [InlineData("""{"type":"pci","version":"1.1.0","pci":{"pci-address":"0000:18:02.5"},"memif":{"role":"master","path":"/p","mode":"ip"}}""", "DEV-003 memif")]
    [InlineData("""{"type":"pci","version":"1.1.0","pci":{}}""", "DEV-004 pci.pci-address")]
    [InlineData("""{"type":"pci","version":"1.1.0","pci":{"pci-address":"18:02.5"}}""", "DEV-004 pci.pci-address")]
    [InlineData("""{"type":"pci","version":"1.1.0","pci":{"pci-address":"0000:18:02.8"}}""", "DEV-004 pci.pci-address")]
    [InlineData("""{"type":"pci","version":"1.1.0","pci":{"pci-address":"0000:18:02.5","pf-pci-address":"zzzz:18:02.5"}}""", "DEV-004 pci.pf-pci-address")]
    [InlineData("""{"type":"vdpa","version":"1.1.0","vdpa":{}}""", "DEV-004 vdpa.driver", "DEV-004 vdpa.parent-device", "DEV-004 vdpa.path")]
    [InlineData("""{"type":"vhost-user","version":"1.1.0","vhost-user":{"mode":"both"}}""", "DEV-004 vhost-user.mode", "DEV-004 vhost-user.path")]
    [InlineData("""{"type":"memif","version":"1.1.0","memif":{}}""", "DEV-004 memif.mode", "DEV-004 memif.path", "DEV-004 memif.role")]
    public void DeviceInfo_TellsProblems_WhenBad(string json, params string[] expected) =>
        Assert.Equal(expected, Read(json).FindProblems().Select(p => $"{p.Rule} {p.Path}").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"pci":[]}""")]
    [InlineData("""{"pci":{"pci-address":{}}}""")]
    public void Reader_Throws_WhenMalformed(string json)
    {
        var error = Assert.Throws<CniException>(() => Read(json));
        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.Contains("/x.json", error.Message);
    }
}
