using MultiNet.Cni;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Tests.Records;

public sealed class AttachmentRecordsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-records-");

    private AttachmentRecords Records => new(_folder.FullName, "portmap");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Record_IsReadAsItWasWritten()
    {
        Records.Write("net", Call("c1", "eth0"), writer =>
        {
            writer.Name("table");
            writer.Number(7);
        });

        var record = Records.Read("net", Call("c1", "eth0"));

        Assert.NotNull(record);
        Assert.Equal(("net", "c1", "eth0", 7), (record.Network, record.ContainerId, record.IfName, record.Fields.Int("table")));
        string file = Assert.Single(Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories));
        Assert.Equal(Path.Combine(_folder.FullName, "portmap", "net", "c1@eth0.json"), file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void Write_ReplacesTheRecordBefore()
    {
        Records.Write("net", Call("c1", "eth0"), writer => { writer.Name("a"); writer.String(new string('x', 5000)); });
        Records.Write("net", Call("c1", "eth0"), writer => { writer.Name("a"); writer.String("y"); });

        Assert.Equal("y", Records.Read("net", Call("c1", "eth0"))!.Fields.String("a"));
    }

    [Fact]
    public void Delete_RemovesTheRecord_AndMayBeRepeated()
    {
        Records.Delete("net", Call("c1", "eth0"));
        Records.Write("net", Call("c1", "eth0"), _ => { });
        Records.Delete("net", Call("c1", "eth0"));
        Records.Delete("net", Call("c1", "eth0"));

        Assert.Null(Records.Read("net", Call("c1", "eth0")));
    }

    [Fact]
    public void Delete_RemovesWhatAnInterruptedWriteLeft()
    {
        Records.Write("net", Call("c1", "eth0"), _ => { });
        string file = Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories)[0];
        File.Move(file, file + ".new");
        Assert.Empty(Records.List("net"));

        Records.Delete("net", Call("c1", "eth0"));

        Assert.Empty(Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void List_HasTheRecordsOfTheNetwork_AndOfNoOther()
    {
        Records.Write("net", Call("c1", "eth0"), _ => { });
        Records.Write("net", Call("c1", "net1"), _ => { });
        Records.Write("other", Call("c1", "net2"), _ => { });
        new AttachmentRecords(_folder.FullName, "firewall").Write("net", Call("c9", "eth0"), _ => { });

        Assert.Equal(["eth0", "net1"], Records.List("net").Select(r => r.IfName).Order());
        Assert.Equal(["eth0", "net1", "net2"], Records.ListAll().Select(r => r.IfName).Order());
        Assert.Empty(Records.List("unknown"));
    }

    [Fact]
    public void LongContainerIds_HaveRecordsOfTheirOwn()
    {
        string common = new('a', 300);
        Records.Write("net", Call(common + "1", "eth0"), _ => { });
        Records.Write("net", Call(common + "2", "eth0"), _ => { });

        Assert.Equal(common + "1", Records.Read("net", Call(common + "1", "eth0"))!.ContainerId);
        Assert.Equal(2, Records.List("net").Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("{\"network\": 7}")]
    public void Read_TakesWhatIsNoRecordForNone(string content)
    {
        Records.Write("net", Call("c1", "eth0"), _ => { });
        File.WriteAllText(Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories)[0], content);

        Assert.Null(Records.Read("net", Call("c1", "eth0")));
        Assert.Empty(Records.List("net"));
    }

    [Fact]
    public void Write_SaysWhatIsWrong_WhenTheFolderCannotBeMade()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "portmap"), "a file");

        var error = Assert.Throws<CniException>(() => Records.Write("net", Call("c1", "eth0"), _ => { }));

        Assert.Equal(CniErrorCode.IOFailure, error.Code);
        Assert.Contains("c1@eth0.json", error.Message);
    }

    private static CniCall Call(string container, string ifName) => new() { Verb = CniVerb.Add, ContainerId = container, IfName = ifName };
}
