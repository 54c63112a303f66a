namespace MultiNet.Cni.Tests.Results;

public sealed class CniResultReaderTests
{
    [Fact]
    public void Read_MergesBothFamilies_Of020()
    {
        var result = Json.Result(
            """
            {"cniVersion":"0.2.0","ip6":{"ip":"fd00::5/64","routes":[{"dst":"::/0","gw":"fd00::1"}]},
             "ip4":{"ip":"10.1.2.3/24","gateway":"10.1.2.1","routes":[{"dst":"0.0.0.0/0"}]},"dns":{"domain":"d"}}
            """);
        Assert.Equal("0.2.0", result.CniVersion);
        Assert.Equal(["10.1.2.3/24", "fd00::5/64"], result.IPs.Select(ip => ip.Address.ToString()));
        Assert.All(result.IPs, ip => Assert.Null(ip.Interface));
        Assert.Equal(["0.0.0.0/0 ", "::/0 fd00::1"], result.Routes.Select(r => $"{r.Dst} {r.Gw}"));
        Assert.Equal("d", result.Dns.Domain);
    }

    [Theory]
    [InlineData("0.3.0")]
    [InlineData("0.4.0")]
    [InlineData("1.1.0")]
    public void Read_KeepsHostBitsIndexesAndRouteKeys(string version)
    {
        var result = Json.Result(
            $$"""
            {"cniVersion":"{{version}}","interfaces":[{"name":"eth0","mac":"AA:bb","sandbox":"/ns"}],
             "ips":[{"version":"4","interface":0,"address":"10.1.2.3/24","gateway":"10.1.2.1"}],
             "routes":[{"dst":"10.0.0.0/8","gw":"","mtu":1400,"advmss":0,"priority":5,"table":0,"scope":0}],"unknown":[1]}
            """);
        Assert.Equal("10.1.2.3/24", result.IPs[0].Address.ToString());
        Assert.Equal(0, result.IPs[0].Interface);
        Assert.Equal("AA:bb", result.Interfaces[0].Mac);
        var route = result.Routes[0];
        Assert.Null(route.Gw);
        Assert.Equal((1400, (int?)null, (int?)5, (int?)0, (int?)0), (route.Mtu!.Value, route.AdvMss, route.Priority, route.Table, route.Scope));
    }

    [Theory]
    [InlineData("null", "0.4.0", "0.4.0")]
    [InlineData("{}", "1.0.0", "1.0.0")]
    [InlineData("{\"cniVersion\":\"\"}", "", "0.1.0")]
    [InlineData("{\"CNIVERSION\":\"0.3.1\"}", "1.0.0", "0.3.1")]
    public void Read_TakesTheDefaultVersion_WhereTheResultNamesNone(string text, string defaultVersion, string expected) =>
        Assert.Equal(expected, Json.Result(text, defaultVersion).CniVersion);

    [Theory]
    [InlineData("""{"cniVersion":"2.0.0"}""", CniErrorCode.IncompatibleCniVersion, "unsupported CNI result version \"2.0.0\"")]
    [InlineData("""{"cniVersion":1}""", CniErrorCode.DecodingFailure, "result: cniVersion: expected a string, found the number 1")]
    [InlineData("[]", CniErrorCode.DecodingFailure, "result: expected an object, found an array")]
    [InlineData("{", CniErrorCode.DecodingFailure, "not valid JSON")]
    [InlineData("", CniErrorCode.DecodingFailure, "not valid JSON")]
    [InlineData("""{"ips":[null]}""", CniErrorCode.DecodingFailure, "ips[0]")]
    [InlineData("""{"ips":[{}]}""", CniErrorCode.DecodingFailure, "ips[0].address: missing")]
    [InlineData("""{"ips":[{"address":"10.0.0.1"}]}""", CniErrorCode.DecodingFailure, "invalid CIDR address: 10.0.0.1")]
    [InlineData("""{"ips":[{"address":"10.0.0.1/8","interface":0.5}]}""", CniErrorCode.DecodingFailure, "interface")]
    [InlineData("""{"interfaces":[null]}""", CniErrorCode.DecodingFailure, "interfaces[0]")]
    [InlineData("""{"routes":[{"dst":"10.0.0.0/8","gw":"x"}]}""", CniErrorCode.DecodingFailure, "routes[0].gw: invalid IP address: x")]
    public void Read_SaysWhereAndWhat_WhenTheResultIsBad(string text, CniErrorCode code, string message)
    {
        var error = Assert.Throws<CniException>(() => Json.Result(text));
        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void ReadPrevResult_Fails_WhenOfAnotherForm()
    {
        var element = MultiNet.Cni.Json.JsonFields.ParseElement(Json.Bytes("""{"cniVersion":"0.2.0"}"""), "x");
        var error = Assert.Throws<CniException>(() => CniResultReader.ReadPrevResult(element, "1.0.0"));
        Assert.Equal("could not parse prevResult: result type supports [1.0.0 1.1.0] but unmarshalled CNIVersion is \"0.2.0\"", error.Message);
    }
}
