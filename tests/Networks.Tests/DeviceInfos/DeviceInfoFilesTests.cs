using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public sealed class DeviceInfoFilesTests : IDisposable
{
    private static readonly DeviceInfo Device = new() { Type = "pci", Pci = new PciDevice { PciAddress = "0000:18:02.5" } };

    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-devinfo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Paths_FollowSpecification()
    {
        Assert.Equal(
            "/var/run/k8s.cni.cncf.io/devinfo/dp/intel.com-vf-0000:18:02.5-device.json", DeviceInfoFiles.DevicePluginPath("intel.com/vf", "0000:18:02.5"));
        Assert.Equal("/var/run/k8s.cni.cncf.io/devinfo/cni/ns-net1-abc_net1", DeviceInfoFiles.CniPath("ns/net1", "abc", "net1"));
        Assert.Equal("/var/run/k8s.cni.cncf.io/devinfo/cni/..-..-etc-x", DeviceInfoFiles.CniPath("../../etc/x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void CniPath_Throws_WhenNameIsNoFileName(string name) => Assert.Throws<ArgumentException>(() => DeviceInfoFiles.CniPath(name));

    [Fact]
    public void CniPath_KeepsContainerAndInterface_WhenNameIsTooLong()
    {
        string path = DeviceInfoFiles.CniPath("ns/" + new string('n', 253), new string('c', 64), "net1");
        Assert.InRange(Path.GetFileName(path).Length, 100, 255);
        Assert.EndsWith("n-" + new string('c', 64) + "_net1", path);
    }

    [Fact]
    public void Save_MakesFolderAndReadableFile_AndLoadReadsIt()
    {
        string path = Path.Combine(_folder, "a", "b", "file.json");

        DeviceInfoFiles.Save(path, Device);
        DeviceInfoFiles.Save(path, Device with { Version = "1.0.0" });

        Assert.Equal("1.0.0", DeviceInfoFiles.Load(path)!.Version);
        Assert.Equal("0000:18:02.5", DeviceInfoFiles.Load(path)!.Pci!.PciAddress);
        Assert.Equal("0644", "0" + Convert.ToString((int)File.GetUnixFileMode(path), 8));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Load_GivesNull_WhenThereIsNoFileOrItIsEmpty()
    {
        string path = Path.Combine(_folder, "empty");
        File.WriteAllText(path, "");
        Assert.Null(DeviceInfoFiles.Load(path));
        Assert.Null(DeviceInfoFiles.Load(Path.Combine(_folder, "none")));
        Assert.Null(DeviceInfoFiles.Load(Path.Combine(_folder, "none", "none")));
    }

    [Theory]
    [InlineData("{", CniErrorCode.DecodingFailure)]
    [InlineData("[]", CniErrorCode.DecodingFailure)]
    [InlineData(null, CniErrorCode.IOFailure)]
    public void Load_Throws_WhenFileIsBad(string? content, CniErrorCode code)
    {
        string path = Path.Combine(_folder, "bad");
        File.WriteAllText(path, content ?? new string(' ', 1 << 20));

        var error = Assert.Throws<CniException>(() => DeviceInfoFiles.Load(path));

        Assert.Equal(code, error.Code);
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void Load_Throws_WhenPathIsFolder() => Assert.Equal(CniErrorCode.IOFailure, Assert.Throws<CniException>(() => DeviceInfoFiles.Load(_folder)).Code);

    [Fact]
    public void Copy_CopiesEveryByte_WhenThereIsFile()
    {
        string source = Path.Combine(_folder, "source"), destination = Path.Combine(_folder, "cni", "destination");
        File.WriteAllText(source, """{"type": "new-kind",  "unknown": 1.50}""");

        Assert.True(DeviceInfoFiles.CopyIfThere(source, destination));
        Assert.Equal("""{"type": "new-kind",  "unknown": 1.50}""", File.ReadAllText(destination));
        Assert.False(DeviceInfoFiles.CopyIfThere(Path.Combine(_folder, "none"), Path.Combine(_folder, "never")));
        Assert.False(File.Exists(Path.Combine(_folder, "never")));
    }

    [Fact]
    public void Delete_Succeeds_WhenRepeated()
    {
        string path = Path.Combine(_folder, "file");
        DeviceInfoFiles.Save(path, Device);
        DeviceInfoFiles.Delete(path);
        Assert.False(File.Exists(path));
        DeviceInfoFiles.Delete(path);
        DeviceInfoFiles.Delete(Path.Combine(_folder, "none", "none"));
    }

    [Fact]
    public void Save_Throws_AndLeavesNothing_WhenTargetIsFolder()
    {
        string path = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(Path.Combine(path, "x"));

        var error = Assert.Throws<CniException>(() => DeviceInfoFiles.Save(path, Device));

        Assert.Equal(CniErrorCode.IOFailure, error.Code);
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Save_Throws_WhenFolderIsFile()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        Assert.Equal(CniErrorCode.IOFailure, Assert.Throws<CniException>(() => DeviceInfoFiles.Save(Path.Combine(_folder, "file", "x"), Device)).Code);
    }
}
