namespace MultiNet.Cni.Tests.Runtime;

public sealed class NetworkConfigListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-cni-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static NetworkConfigList Parse(string text, string? name = null, string? version = null) =>
        NetworkConfigList.Parse(Json.Bytes(text), "network configuration", name, version);

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    [Fact]
    public void Parse_ReadsAList()
    {
        var list = Parse("""{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"bridge", "x" : 1.50},{"type":"tuning","capabilities":{"mac":true,"mtu":false}}]}""");
        Assert.Equal(("net", "1.0.0", true, false, false), (list.Name, list.CniVersion, list.IsList, list.DisableCheck, list.DisableGc));
        Assert.Equal(["bridge", "tuning"], list.Plugins.Select(p => p.Type));
        Assert.Equal("""{"type":"bridge", "x" : 1.50}""", Json.Text(list.Plugins[0].Bytes.Span));
        Assert.Equal(["mac"], list.Plugins[1].Capabilities);
    }

    [Fact]
    public void Parse_ReadsASinglePluginAsAListOfOne()
    {
        var list = Parse("""{"name":"net","type":"bridge"}""");
        Assert.Equal(("net", "0.1.0", false), (list.Name, list.CniVersion, list.IsList));
        Assert.Equal("bridge", Assert.Single(list.Plugins).Type);
    }

    [Theory]
    [InlineData("""{"plugins":[{"type":"a"}]}""")]
    [InlineData("""{"name":"","type":"a"}""")]
    public void Parse_TakesTheGivenName_WhereThereIsNone(string text) => Assert.Equal("given", Parse(text, "given").Name);

    [Theory]
    [InlineData("""{"cniVersion":"0.4.0","cniVersions":["0.3.1","1.0.0","0.4.0"]}""", "1.0.0")]
    [InlineData("""{"cniVersion":"0.4.0","cniVersions":["1.9.0","2.0.0"]}""", "0.4.0")]
    [InlineData("""{"cniVersion":"1.9.0","cniVersions":["2.0.0"]}""", "1.9.0")]
    [InlineData("""{"cniVersion":"1.9.0","cniVersions":["1.1.0","2.0.0"]}""", "1.1.0")]
    [InlineData("""{"cniVersions":["0.3.1"]}""", "0.3.1")]
    [InlineData("""{"cniVersion":""}""", "0.1.0")]
    [InlineData("{}", "0.1.0")]
    public void Parse_ChoosesTheHighestSupportedVersion(string keys, string expected) =>
        Assert.Equal(expected, Parse(keys.TrimEnd('}') + (keys == "{}" ? "" : ",") + "\"name\":\"n\",\"plugins\":[{\"type\":\"a\"}]}").CniVersion);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"TRUE\"", true)]
    [InlineData("\"False\"", false)]
    [InlineData("null", false)]
    public void Parse_TakesSwitchesAsBoolOrText(string value, bool expected)
    {
        var list = Parse($$"""{"name":"n","disableCheck":{{value}},"disableGC":{{value}},"plugins":[{"type":"a"}]}""");
        Assert.Equal((expected, expected), (list.DisableCheck, list.DisableGc));
    }

    [Theory]
    [InlineData("""{"plugins":[{"type":"a"}]}""", 7, "error parsing configuration list: no name")]
    [InlineData("""{"name":"n","plugins":[]}""", 7, "error parsing configuration list: no plugins in list")]
    [InlineData("""{"name":"n","plugins":[{}]}""", 7, "error parsing configuration: missing 'type'")]
    [InlineData("""{"name":"n"}""", 7, "error parsing configuration: missing 'type'")]
    [InlineData("""{"name":"n","loadOnlyInlinedPlugins":true}""", 7, "error parsing configuration list: `loadOnlyInlinedPlugins` is true, and no 'plugins' key")]
    [InlineData("""{"name":"n","loadOnlyInlinedPlugins":false}""", 7, "no plugin configs found")]
    [InlineData("""{"name":"n","disableGC":"maybe","plugins":[{"type":"a"}]}""", 7, "error parsing configuration list: invalid value \"maybe\" for disableGC")]
    [InlineData("""{"name":"n","disableCheck":1,"plugins":[{"type":"a"}]}""", 6, "network configuration: disableCheck: expected true or false, found the number 1")]
    [InlineData("""{"name":1,"plugins":[{"type":"a"}]}""", 6, "network configuration: name: expected a string")]
    [InlineData("""{"name":"n","plugins":{}}""", 6, "network configuration: plugins: expected an array")]
    [InlineData("""{"name":"n","plugins":[null]}""", 6, "network configuration: plugins[0]: expected an object, found null")]
    [InlineData("""{"name":"n","plugins":[{"type":"a"},{"type":"../a"}]}""", 7, "invalid plugin name: ../a")]
    [InlineData("""{"name":"n","plugins":[{"type":"a","capabilities":{"mac":"yes"}}]}""", 6, "network configuration: plugins[0].capabilities.mac: expected true or false")]
    [InlineData("""{"name":"n","cniVersions":["one"],"plugins":[{"type":"a"}]}""", 6, "error parsing configuration list: invalid cniVersions value \"one\"")]
    [InlineData("{", 6, "error parsing configuration list: network configuration: not valid JSON (line 1")]
    [InlineData("", 6, "error parsing configuration list: network configuration: not valid JSON")]
    [InlineData("[1]", 6, "error parsing configuration list: network configuration: expected an object, found an array")]
    public void Parse_SaysWhatIsWrongAndWhere(string text, uint code, string message)
    {
        var error = Assert.Throws<CniException>(() => Parse(text));
        Assert.Equal(code, (uint)error.Code);
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void Load_AddsThePluginsOfTheNetworksFolder()
    {
        Write("net/20-b.conf", """{"type":"b"}""");
        Write("net/10-a.conf", """{"type":"a"}""");
        Write("net/30-c.json", """{"type":"c"}""");
        string file = Write("10-net.conflist", """{"name":"net","plugins":[{"type":"main"}]}""");
        Assert.Equal(["main", "a", "b"], NetworkConfigList.Load(file).Plugins.Select(p => p.Type));
    }

    [Fact]
    public void Load_TakesThePluginsOfTheFolderAlone_WhereNoneAreInlined()
    {
        Write("net/10-a.conf", """{"type":"a"}""");
        Assert.Equal(["a"], NetworkConfigList.Load(Write("x.conflist", """{"name":"net"}""")).Plugins.Select(p => p.Type));
    }

    [Fact]
    public void Load_LeavesTheFolderAlone_WhenOnlyInlinedPluginsAreWanted()
    {
        Write("net/10-a.conf", """{"type":"a"}""");
        string file = Write("x.conflist", """{"name":"net","loadOnlyInlinedPlugins":true,"plugins":[{"type":"main"}]}""");
        Assert.Equal(["main"], NetworkConfigList.Load(file).Plugins.Select(p => p.Type));
    }

    [Fact]
    public void Load_DoesNotFollowANameOutOfItsFolder()
    {
        Write("other/10-a.conf", """{"type":"a"}""");
        string file = Write("sub/x.conflist", """{"name":"../other","plugins":[{"type":"main"}]}""");
        Assert.Equal(["main"], NetworkConfigList.Load(file).Plugins.Select(p => p.Type));
    }

    [Fact]
    public void Inlined_KeepsFolderPluginsAndName_WhenStoredAndReadAgain()
    {
        Write("net/10-a.conf", """{"type":"a", "n" : 1e3}""");
        var list = NetworkConfigList.Load(Write("x.conflist", """{"name":"net","disableCheck":"true","plugins":[{"type":"main","u":"\u00fc"}]}""")).Inlined();
        var again = NetworkConfigList.Parse(list.Bytes, "journal");
        Assert.Equal(["""{"type":"main","u":"\u00fc"}""", """{"type":"a", "n" : 1e3}"""], again.Plugins.Select(p => Json.Text(p.Bytes.Span)));
        Assert.Equal(("net", true), (again.Name, again.DisableCheck));
    }

    [Fact]
    public void Inlined_PutsAGivenNameIntoTheText()
    {
        var list = Parse("""{"type":"a"}""", "given").Inlined();
        Assert.Equal("given", NetworkConfigList.Parse(list.Bytes, "journal").Name);
    }

    [Fact]
    public void WithPlugins_ChangesOnlyWhatIsSet()
    {
        var list = Parse("""{"name":"n", "z" : 1.0, "plugins" : [ {"type":"a","x":"\u0041"},{"type":"b"} ]}""")
            .WithPlugins(p => p.With(new KeyValuePair<string, ReadOnlyMemory<byte>>("deviceID", Json.Bytes("\"0000:01\""))));
        Assert.Equal("""{"name":"n","z" : 1.0,"plugins":[{"type":"a","x":"\u0041","deviceID":"0000:01"},{"type":"b","deviceID":"0000:01"}]}""", Json.Text(list.Bytes.Span));
    }

    [Fact]
    public void LoadFromDirectory_PrefersLists_AndPassesBrokenFiles()
    {
        Write("05-broken.conflist", "{");
        Write("10-single.conf", """{"name":"net","type":"single"}""");
        Write("20-list.conflist", """{"name":"net","plugins":[{"type":"list"}]}""");
        Write("ignored.txt", """{"name":"net","type":"text"}""");
        Assert.Equal("list", NetworkConfigList.LoadFromDirectory(_folder, "net").Plugins[0].Type);
    }

    [Fact]
    public void LoadFromDirectory_TellsWhatIsThere_WhenTheNameIsNot()
    {
        Write("05-broken.conflist", "{");
        Write("10-x.json", """{"name":"other","type":"x"}""");
        var error = Assert.Throws<CniException>(() => NetworkConfigList.LoadFromDirectory(_folder, "net"));
        Assert.Equal($"no net configuration with name \"net\" in {_folder}", error.Message);
        Assert.Contains("05-broken.conflist, 10-x.json; broken: ", error.Details);
    }

    [Fact]
    public void LoadFirst_TakesTheFirstInAlphabeticalOrder()
    {
        Write("20-b.conflist", """{"name":"b","plugins":[{"type":"b"}]}""");
        Write("10-a.conf", """{"name":"a","type":"a"}""");
        Write("00-self.conflist", """{"name":"self","plugins":[{"type":"multinet"}]}""");
        Assert.Equal("self", NetworkConfigList.LoadFirst(_folder).Name);
        Assert.Equal("a", NetworkConfigList.LoadFirst(_folder, file => !file.StartsWith("00-")).Name);
    }

    [Fact]
    public void LoadFirst_Fails_WhenTheFolderIsEmptyOrMissing()
    {
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, Assert.Throws<CniException>(() => NetworkConfigList.LoadFirst(_folder)).Code);
        Assert.Equal(CniErrorCode.IOFailure, Assert.Throws<CniException>(() => NetworkConfigList.LoadFirst(_folder + "/none")).Code);
    }

    [Theory]
    [InlineData("/no/such/file")]
    [InlineData("/dev/zero")]
    [InlineData("/")]
    public void Load_Fails_WhenItIsNoFile(string file) =>
        Assert.Equal(CniErrorCode.IOFailure, Assert.Throws<CniException>(() => NetworkConfigList.Load(file)).Code);
}
