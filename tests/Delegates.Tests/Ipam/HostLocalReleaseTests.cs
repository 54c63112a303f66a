using MultiNet.Cni;
using MultiNet.Delegates.Ipam.HostLocal;

namespace MultiNet.Delegates.Tests.Ipam;

public sealed class HostLocalReleaseTests : IDisposable
{
    private const string Subnet = "\"subnet\":\"10.1.2.0/24\"";
    private readonly HostLocalDirectory _directory = new();
    private readonly HostLocalPlugin _plugin = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Del_ReleasesOnlyTheInterfaceItIsFor_AndMayBeRepeated()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config, ifName: "eth0");
        IpamCall.Add(_plugin, config, ifName: "eth1");

        IpamCall.Del(_plugin, config, ifName: "eth0");
        IpamCall.Del(_plugin, config, ifName: "eth0");
        IpamCall.Del(_plugin, config, id: "unknown");

        Assert.Equal(["10.1.2.3"], _directory.Reserved);
    }

    [Fact]
    public void Del_MakesNothing_WhereThereIsNoDirectory()
    {
        IpamCall.Del(_plugin, _directory.Config(Subnet));

        Assert.False(Directory.Exists(_directory.Network));
    }

    [Theory]
    [InlineData("\"subnet\":\"10.9.9.0/24\"")]
    [InlineData("\"subnet\":\"not a network\"")]
    [InlineData("\"ranges\":[[]]")]
    [InlineData("\"ranges\":42")]
    public void Del_ReleasesWhatWasReserved_HoweverTheConfigurationHasChanged(string ipam)
    {
        IpamCall.Add(_plugin, _directory.Config(Subnet));

        IpamCall.Del(_plugin, _directory.Config(ipam));

        Assert.Empty(_directory.Reserved);
    }

    [Fact]
    public void Del_ReleasesFilesOfOtherPrograms_WithAndWithoutInterface()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config, id: "other"); // an index exists
        _directory.Write("10.1.2.50", "c1\r\neth0");
        _directory.Write("10.1.2.51", "\n c1\r\neth0 \n");
        _directory.Write("10.1.2.52", "c1");
        _directory.Write("10.1.2.53", "c1\r\neth1");

        IpamCall.Del(_plugin, config);
        Assert.Equal(["10.1.2.2", "10.1.2.52", "10.1.2.53"], _directory.Reserved);
        IpamCall.Del(_plugin, config);
        Assert.Equal(["10.1.2.2", "10.1.2.53"], _directory.Reserved);
    }

    [Fact]
    public void Del_KeepsAddress_ThatAnotherProgramGaveToSomebodyElseMeanwhile()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config);
        File.Delete(Path.Combine(_directory.Network, "10.1.2.2"));
        _directory.Write("10.1.2.2", "other\r\neth0");
        _directory.Write("10.1.2.3", "c1\r\neth0");

        IpamCall.Del(_plugin, config);

        Assert.Equal(["10.1.2.2"], _directory.Reserved);
    }

    [Fact]
    public void Add_SeesReservationsOfOtherPrograms_AfterItHasBuiltItsIndex()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config, id: "other");
        _directory.Write("10.1.2.9", "c1\r\neth0");

        var error = IpamCall.AddFails(_plugin, config);

        Assert.Contains("10.1.2.9 has been allocated to c1, duplicate allocation is not allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_Succeeds_WhenAnotherProgramHasReleasedTheEarlierAddress()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config);
        File.Delete(Path.Combine(_directory.Network, "10.1.2.2"));

        Assert.Equal("10.1.2.3/24", IpamCall.Add(_plugin, config).IPs[0].Address.ToString());
    }

    [Fact]
    public void Del_ReleasesFile_ThatAPowerFailureEmptied()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config);
        // The content changes, the entries of the directory do not.
        using (var file = new FileStream(Path.Combine(_directory.Network, "10.1.2.2"), FileMode.Open))
            file.SetLength(0);

        IpamCall.Del(_plugin, config);

        Assert.Empty(_directory.Reserved);
    }

    [Fact]
    public void Del_ReleasesAll_WhenTheIndexIsLost()
    {
        string config = _directory.Config("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"2001:db8::/64\"}]]");
        IpamCall.Add(_plugin, config);
        Assert.Equal(2, _directory.Reserved.Length);
        Directory.Delete(Path.Combine(_directory.Network, ".owners"), recursive: true);

        IpamCall.Del(_plugin, config);

        Assert.Empty(_directory.Reserved);
    }

    // The runtime may call DEL once more after the program was uninstalled.
    [Fact]
    public void Del_MakesNoIndex_WhereItWasTakenAway_AndAddDoes()
    {
        string config = _directory.Config(Subnet), index = Path.Combine(_directory.Network, ".owners");
        IpamCall.Add(_plugin, config, id: "stays");
        IpamCall.Add(_plugin, config, id: "ends");
        AllocationIndexes.Forget(Path.GetDirectoryName(_directory.Network)!);

        IpamCall.Del(_plugin, config, id: "ends");
        IpamCall.Del(_plugin, config, id: "unknown");

        Assert.False(Directory.Exists(index));
        Assert.Equal(["10.1.2.2"], _directory.Reserved);
        IpamCall.Add(_plugin, config, id: "new");
        Assert.True(Directory.Exists(index));
    }

    [Fact]
    public void Del_ReleasesAll_OfAnAddThatWasKilled_BeforeItWasIndexed()
    {
        string config = _directory.Config(Subnet);
        IpamCall.Add(_plugin, config, id: "before");
        using (var store = AllocationStore.Open(_directory.Network, TimeSpan.FromSeconds(1)))
            Assert.True(store.TryReserve(new Owner("c1", "eth0"), new AddressNumber(0x0a010209, true)));
        _directory.Write(".new", "c1\r\net");

        IpamCall.Del(_plugin, config);

        Assert.Equal(["10.1.2.2"], _directory.Reserved);
    }

    [Fact]
    public void Del_ReleasesAddresses_OfContainerIdTooLongForTheIndex()
    {
        string config = _directory.Config(Subnet), id = new('a', 600);
        IpamCall.Add(_plugin, config, id);
        Assert.Equal(["10.1.2.2"], _directory.Reserved);

        IpamCall.Del(_plugin, config, id);

        Assert.Empty(_directory.Reserved);
    }

    [Fact]
    public void Gc_ReleasesWhatIsNotValid_OfThisNetworkOnly()
    {
        string config = _directory.Config(Subnet), other = config.Replace("net1", "net2", StringComparison.Ordinal);
        IpamCall.Add(_plugin, config, id: "kept");
        IpamCall.Add(_plugin, config, id: "kept", ifName: "eth1");
        IpamCall.Add(_plugin, config, id: "gone");
        IpamCall.Add(_plugin, other, id: "gone");
        _directory.Write("10.1.2.50", "kept");
        _directory.Write("10.1.2.51", "gone");
        _directory.Write("10.1.2.52", "");

        IpamCall.Gc(_plugin, _directory.Config(Subnet, rest: "\"cni.dev/valid-attachments\":[{\"containerID\":\"kept\",\"ifname\":\"eth0\"}]"));

        Assert.Equal(["10.1.2.2", "10.1.2.50"], _directory.Reserved);
        Assert.True(File.Exists(Path.Combine(_directory.DataDir, "net2", "10.1.2.2")));
        Assert.Contains("duplicate allocation", IpamCall.AddFails(_plugin, config, id: "kept").Message, StringComparison.Ordinal);
        IpamCall.Add(_plugin, config, id: "gone");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public void Gc_ReleasesAll_WhenNoAttachmentIsValid(string list)
    {
        IpamCall.Add(_plugin, _directory.Config(Subnet));

        IpamCall.Gc(_plugin, _directory.Config(Subnet, rest: $"\"cni.dev/attachments\":{list}"));

        Assert.Empty(_directory.Reserved);
    }

    [Fact]
    public void Gc_ReleasesNothing_WhenNoListIsGiven()
    {
        IpamCall.Add(_plugin, _directory.Config(Subnet));

        IpamCall.Gc(_plugin, _directory.Config(Subnet));

        Assert.Equal(["10.1.2.2"], _directory.Reserved);
    }

    [Fact]
    public void Status_FailsWithCode50_WhenARangeSetIsExhausted()
    {
        string config = _directory.Config("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.1.4.0/29\",\"rangeEnd\":\"10.1.4.3\"}]]");
        IpamCall.Status(_plugin, config);
        IpamCall.Add(_plugin, config, id: "a");
        IpamCall.Status(_plugin, config);
        IpamCall.Add(_plugin, config, id: "b");

        var error = Assert.Throws<CniException>(() => IpamCall.Status(_plugin, config));

        Assert.Equal(CniErrorCode.PluginNotAvailable, error.Code);
        Assert.Equal("no IP addresses available in range set: 10.1.4.1-10.1.4.3", error.Message);
        IpamCall.Del(_plugin, config, id: "a");
        IpamCall.Status(_plugin, config);
    }

    [Fact]
    public void Status_CountsEmptyFilesAsFree()
    {
        string config = _directory.Config("\"subnet\":\"10.1.4.0/30\"");
        _directory.Write("10.1.4.2", "");

        IpamCall.Status(_plugin, config);
    }

    [Fact]
    public void Check_Fails_WhenNothingIsReserved()
    {
        var error = Assert.Throws<CniException>(() => IpamCall.Check(_plugin, _directory.Config(Subnet)));

        Assert.Equal("host-local: Failed to find address added by container c1", error.Message);
    }

    [Fact]
    public void Check_Passes_AfterAdd()
    {
        IpamCall.Add(_plugin, _directory.Config(Subnet));

        IpamCall.Check(_plugin, _directory.Config(Subnet));
        IpamCall.Check(_plugin, _directory.Config(Subnet, rest: Previous("10.1.2.2/24", "192.168.1.1/24")));
    }

    [Fact]
    public void Check_Fails_WhenAnAddressOfTheResultIsReservedForAnother()
    {
        IpamCall.Add(_plugin, _directory.Config(Subnet));
        IpamCall.Add(_plugin, _directory.Config(Subnet), id: "c2");

        var error = Assert.Throws<CniException>(() => IpamCall.Check(_plugin, _directory.Config(Subnet, rest: Previous("10.1.2.3/24"))));

        Assert.Contains("10.1.2.3 is not reserved for container c1", error.Message, StringComparison.Ordinal);
        Assert.Contains("container c2", error.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Fails_WhenOneOfTwoAddressesIsGone()
    {
        string ranges = "\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"2001:db8::/64\"}]]";
        IpamCall.Add(_plugin, _directory.Config(ranges));
        File.Delete(Path.Combine(_directory.Network, "2001:db8::2"));

        var error = Assert.Throws<CniException>(
            () => IpamCall.Check(_plugin, _directory.Config(ranges, rest: Previous("10.1.2.2/24", "2001:db8::2/64"))));

        Assert.Contains("2001:db8::2 is not reserved", error.Message, StringComparison.Ordinal);
    }

    private static string Previous(params string[] addresses) =>
        "\"prevResult\":{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/x\"}],\"ips\":["
        + string.Join(',', addresses.Select(address => $"{{\"address\":\"{address}\",\"interface\":0}}")) + "]}";
}
