using System.Net;

namespace MultiNet.Networks.Tests;

public class JsonFormTests
{
    [Fact]
    public void JsonForm_ReadsEveryKey_WhenWellFormed()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse("""
            [
              {
                "name": "mac.vlan", "namespace": "ns1", "interface": "data0",
                "ips": ["10.1.2.3/24", "fd00::3", "10.1.2.4"],
                "mac": "02-00-5E-00-53-01",
                "infiniband-guid": "C2:11:22:33:44:55:66:77",
                "portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "UDP", "hostIP": "192.0.2.1"}, {"hostPort": 1, "containerPort": 65535}],
                "bandwidth": {"ingressRate": 1000, "ingressBurst": 10, "egressRate": 5},
                "deviceID": "0000:00:1f.6",
                "cni-args": {"b": [1, {"c": null}], "a": "x"},
                "default-route": ["10.1.2.1", "fd00::1"]
              },
              {"name": "b", "interfaceRequest": "old0", "ipam-claim-reference": "claim.1"}
            ]
            """);

        Assert.Empty(problems);
        Assert.Equal(2, elements.Count);
        var e = elements[0];
        Assert.Equal((0, "[0]", "mac.vlan", "ns1", "data0"), (e.Index, e.Path, e.Name, e.Namespace, e.Interface));
        Assert.Equal("10.1.2.3/24 fd00::3 10.1.2.4", string.Join(' ', e.Ips));
        Assert.Equal([24, null, null], e.Ips.Select(ip => ip.PrefixLength));
        Assert.Equal("02:00:5e:00:53:01", e.Mac);
        Assert.Equal("c2:11:22:33:44:55:66:77", e.InfinibandGuid);
        Assert.Equal(
            [
                new PortMapping { HostPort = 8080, ContainerPort = 80, Protocol = "udp", HostIP = IPAddress.Parse("192.0.2.1") },
                new PortMapping { HostPort = 1, ContainerPort = 65535, Protocol = "tcp" },
            ],
            e.PortMappings);
        Assert.Equal(new BandwidthLimits { IngressRate = 1000, IngressBurst = 10, EgressRate = 5 }, e.Bandwidth);
        Assert.Equal(int.MaxValue, e.Bandwidth!.WithDefaultBursts().EgressBurst);
        Assert.Equal(10, e.Bandwidth!.WithDefaultBursts().IngressBurst);
        Assert.Equal("0000:00:1f.6", e.DeviceId);
        Assert.Equal("""{"b": [1, {"c": null}], "a": "x"}""", e.CniArgs.Element.GetRawText());
        Assert.Equal([IPAddress.Parse("10.1.2.1"), IPAddress.Parse("fd00::1")], e.DefaultRoute!);
        Assert.Equal("old0", elements[1].Interface);
        Assert.Equal("claim.1", elements[1].IpamClaimReference);
        Assert.Null(elements[1].DefaultRoute);
        Assert.Null(elements[1].Bandwidth);
        Assert.False(elements[1].CniArgs.Exists);
        Assert.Equal("default/b", elements[1].QualifiedName("default"));
        Assert.Equal("ns1/mac.vlan", e.QualifiedName("default"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ ] ")]
    public void JsonForm_AsksForNothing_WhenListIsEmpty(string text)
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse(text);
        Assert.Empty(elements);
        Assert.Empty(problems);
    }

    [Fact]
    public void JsonForm_FollowsGoRules_WhenKeysDifferInCaseAndRepeat()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse("""[{"NAME": "a", "name": "b", "Name": null, "Ips": null, "MAC": "02:00:00:00:00:01", "x.y/z": 1}]""");

        Assert.Equal("b", Assert.Single(elements).Name);
        Assert.Equal("02:00:00:00:00:01", elements[0].Mac);
        Assert.All(problems, p => Assert.False(p.IsError));
        Assert.Equal(2, problems.Count);
    }

    [Fact]
    public void JsonForm_TakesEmptyTextAsAbsent_WhenWrittenByGoClients()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse(
            """[{"name":"a","namespace":"","interface":"","mac":"","infiniband-guid":"","deviceID":"","ips":null,"cni-args":null,"bandwidth":{"ingressRate":1000,"ingressBurst":10,"egressRate":0,"egressBurst":0}}]""");

        Assert.Empty(problems);
        Assert.Equal(0, Assert.Single(elements).Bandwidth!.EgressRate);
    }

    [Fact]
    public void DefaultRoute_IsEmptyList_WhenPresentAndEmpty()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse("""[{"name":"a","default-route":[]}]""");
        Assert.Empty(problems);
        Assert.Empty(elements[0].DefaultRoute!);
    }

    public static TheoryData<string, string, string> Malformed => new()
    {
        { "[null]", "POD-002", "[0]" },
        { """[{"name":"a"}, null, 1, "x", [], true]""", "POD-002", "[3]" },
        { """{"name":"a"}""", "POD-002", "" },
        { "\"net1\"", "POD-002", "" },
        { "[{}]", "POD-003", "[0]" },
        { """[{"name":""}]""", "POD-003", "[0].name" },
        { """[{"name":null}]""", "POD-003", "[0]" },
        { """[{"name":5}]""", "POD-003", "[0].name" },
        { """[{"name":"a/b"}]""", "POD-003", "[0].name" },
        { """[{"name":"A"}]""", "POD-003", "[0].name" },
        { """[{"name":"a..b"}]""", "POD-003", "[0].name" },
        { """[{"name":"\ud800"}]""", "POD-003", "[0].name" },
        { """[{"name":"a","namespace":"b.c"}]""", "POD-005", "[0].namespace" },
        { """[{"name":"a","namespace":{}}]""", "POD-005", "[0].namespace" },
        { """[{"name":"a","interface":"0123456789abcdef"}]""", "POD-006", "[0].interface" },
        { """[{"name":"a","interfaceRequest":"a/b"}]""", "POD-006", "[0].interfaceRequest" },
        { """[{"name":"a","interface":"äöüäöüäö"}]""", "POD-006", "[0].interface" },
        { """[{"name":"a","interface":7}]""", "POD-006", "[0].interface" },
        { """[{"name":"a","interface":"x"},{"name":"b","interface":"x"}]""", "POD-007", "[1].interface" },
        { """[{"name":"a","interface":"x"},{"name":"b","interfaceRequest":"x"}]""", "POD-007", "[1].interfaceRequest" },
        { """[{"name":"a","interface":"eth0"}]""", "POD-008", "[0].interface" },
        { """[{"name":"a","ips":"10.0.0.1"}]""", "POD-011", "[0].ips" },
        { """[{"name":"a","ips":{}}]""", "POD-011", "[0].ips" },
        { """[{"name":"a","ips":[10]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":[null]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":[""]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":["10.0.0.1/33"]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":["10.0.0.256"]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":["010.0.0.1"]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":["fe80::1%eth0"]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":["224.0.0.1"]}]""", "POD-011", "[0].ips[0]" },
        { """[{"name":"a","ips":["10.0.0.1","10.0.0.1/24"]}]""", "POD-011", "[0].ips[1]" },
        { """[{"name":"a","ips":["fd00::1","fd00:0::1"]}]""", "POD-011", "[0].ips[1]" },
        { """[{"name":"a","mac":"02:00:00:00:00"}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","mac":"02:00:00:00:00:01:02:03"}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","mac":"02:00:00-00:00:01"}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","mac":"02:00:00:00:00:0g"}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","mac":"01:00:5e:00:00:01"}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","mac":"00:00:00:00:00:00"}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","mac":[]}]""", "POD-012", "[0].mac" },
        { """[{"name":"a","infiniband-guid":"02:00:00:00:00:01"}]""", "POD-013", "[0].infiniband-guid" },
        { """[{"name":"a","portMappings":{}}]""", "POD-014", "[0].portMappings" },
        { """[{"name":"a","portMappings":[null]}]""", "POD-014", "[0].portMappings[0]" },
        { """[{"name":"a","portMappings":[{"hostPort":1}]}]""", "POD-014", "[0].portMappings[0]" },
        { """[{"name":"a","portMappings":[{"hostPort":99999,"containerPort":1}]}]""", "POD-014", "[0].portMappings[0].hostPort" },
        { """[{"name":"a","portMappings":[{"hostPort":80,"containerPort":-1}]}]""", "POD-014", "[0].portMappings[0].containerPort" },
        { """[{"name":"a","portMappings":[{"hostPort":80.0,"containerPort":1}]}]""", "POD-014", "[0].portMappings[0].hostPort" },
        { """[{"name":"a","portMappings":[{"hostPort":"80","containerPort":1}]}]""", "POD-014", "[0].portMappings[0].hostPort" },
        { """[{"name":"a","portMappings":[{"hostPort":80,"containerPort":1,"protocol":"icmp"}]}]""", "POD-014", "[0].portMappings[0].protocol" },
        { """[{"name":"a","portMappings":[{"hostPort":80,"containerPort":1,"hostIP":"x"}]}]""", "POD-014", "[0].portMappings[0].hostIP" },
        { """[{"name":"a","portMappings":[{"hostPort":80,"containerPort":1},{"hostPort":80,"containerPort":2,"protocol":"TCP"}]}]""", "POD-014", "[0].portMappings" },
        { """[{"name":"a","bandwidth":[]}]""", "POD-015", "[0].bandwidth" },
        { """[{"name":"a","bandwidth":{}}]""", "POD-015", "[0].bandwidth" },
        { """[{"name":"a","bandwidth":{"ingressRate":0}}]""", "POD-015", "[0].bandwidth" },
        { """[{"name":"a","bandwidth":{"ingressRate":-1}}]""", "POD-015", "[0].bandwidth.ingressRate" },
        { """[{"name":"a","bandwidth":{"ingressRate":1.5}}]""", "POD-015", "[0].bandwidth.ingressRate" },
        { """[{"name":"a","bandwidth":{"ingressRate":"1M"}}]""", "POD-015", "[0].bandwidth.ingressRate" },
        { """[{"name":"a","bandwidth":{"egressBurst":100,"ingressRate":1}}]""", "POD-015", "[0].bandwidth.egressBurst" },
        { """[{"name":"a","bandwidth":{"egressBurst":34359738360,"egressRate":1}}]""", "POD-015", "[0].bandwidth.egressBurst" },
        { """[{"name":"a","bandwidth":{"egressRate":99999999999999999999}}]""", "POD-015", "[0].bandwidth.egressRate" },
        { """[{"name":"a","default-route":"10.0.0.1"}]""", "POD-016", "[0].default-route" },
        { """[{"name":"a","default-route":["10.0.0.1/24"]}]""", "POD-016", "[0].default-route[0]" },
        { """[{"name":"a","default-route":[""]}]""", "POD-016", "[0].default-route[0]" },
        { """[{"name":"a","default-route":["::"]}]""", "POD-016", "[0].default-route[0]" },
        { """[{"name":"a","default-route":["10.0.0.1","10.0.0.2"]}]""", "POD-016", "[0].default-route" },
        { """[{"name":"a","default-route":["10.0.0.1"]},{"name":"b","default-route":["10.0.1.1"]}]""", "POD-016", "[1].default-route" },
        { """[{"name":"a","ipam-claim-reference":"c","ips":["10.0.0.1"]}]""", "POD-017", "[0].ipam-claim-reference" },
        { """[{"name":"a","ipam-claim-reference":"C"}]""", "POD-018", "[0].ipam-claim-reference" },
        { """[{"name":"a","cni-args":[]}]""", "POD-019", "[0].cni-args" },
        { """[{"name":"a","cni-args":"x"}]""", "POD-019", "[0].cni-args" },
        { """[{"name":"a","deviceID":" "}]""", "POD-041", "[0].deviceID" },
        { """[{"name":"a","deviceID":1}]""", "POD-041", "[0].deviceID" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void JsonForm_TellsProblemWithPath_WhenMalformed(string text, string rule, string path)
    {
        var annotation = NetworkSelectionAnnotation.Parse(text);

        Assert.False(annotation.IsValid);
        Assert.Contains(annotation.Problems, p => p.IsError && (p.Rule, p.Path) == (rule, path));
        Assert.All(annotation.Problems, p => Assert.DoesNotContain('\n', p.ToString()));
    }

    [Theory]
    [InlineData("""[{"name":"a","ip":["10.0.0.1"]}]""", "\"ips\" meant")]
    [InlineData("""[{"name":"a","default_rout":[]}]""", "\"default-route\" meant")]
    [InlineData("""[{"name":"a","infinibandGUID":""}]""", "\"infiniband-guid\" meant")]
    [InlineData("""[{"name":"a","vlan":5}]""", "has a dot")]
    [InlineData("""[{"name":"a","portMappings":[{"hostPort":1,"containerPort":1,"hostIp4":""}]}]""", "\"hostIP\" meant")]
    [InlineData("""[{"name":"a","mac":"02:00:00:00:00:01"},{"name":"b","mac":"02:00:00:00:00:01"}]""", "also asked for by [0]")]
    [InlineData("""[{"name":"a","default-route":["10.0.0.1"]},{"name":"b","default-route":["fd00::1"]}]""", "one element only")]
    [InlineData("""[{"name":"a","ips":["10.0.0.1"]},{"name":"a","ips":["10.0.0.1/24"]}]""", "same network")]
    [InlineData("""[{"name":"a"},{"name":"b","interface":"net1"}]""", "[0] would get \"net1\"")]
    [InlineData("""[{"name":"a","interface":"x","interfaceRequest":"y"}]""", "\"y\" is not")]
    public void JsonForm_WarnsOnly_WhenDoubtful(string text, string message)
    {
        var annotation = NetworkSelectionAnnotation.Parse(text);

        Assert.True(annotation.IsValid);
        Assert.Contains(message, Assert.Single(annotation.Problems).Message);
    }

    [Theory]
    [InlineData("[", 1, 2, "too early")]
    [InlineData("[{\"name\": \"a", 1, 0, "too early")]
    [InlineData("[{\"name\": 'a'}]", 1, 11, "double quotation marks")]
    [InlineData("[\n  {\"name\": \"a\",}\n]", 2, 0, "remove the comma")]
    [InlineData("[{\"name\": \"a\"},\n]", 2, 1, "remove the comma")]
    [InlineData("[{\"name\": \"a\"}] // x", 1, 0, "comments")]
    [InlineData("net1, [", 1, 0, "net1")]
    [InlineData("\ufeff[]", 1, 1, "byte order mark")]
    [InlineData("[{\u201cname\u201d: \"a\"}]", 1, 3, "typographic")]
    [InlineData("[{\"name\": \"ä\" \"b\"}]", 1, 15, "\\\"b\\\"")]
    public void JsonForm_TellsPositionAndHint_WhenNotJson(string text, int line, int column, string hint)
    {
        var annotation = NetworkSelectionAnnotation.Parse(text);

        var problem = Assert.Single(annotation.Problems, p => p.IsError);
        Assert.Equal("POD-001", problem.Rule);
        Assert.Contains(hint.Replace("\\\"", "\""), problem.Message);
        Assert.Equal(line, problem.Line);
        if (column > 0)
            Assert.Equal(column, problem.Column);
    }

    [Fact]
    public void JsonForm_TellsLineAndColumn_WhenValueIsWrong()
    {
        var annotation = NetworkSelectionAnnotation.Parse("[\n  {\"name\": \"ä.b\",\n   \"ips\": [\"10.0.0.1\", \"x\"]}\n]");

        Assert.Equal(["[0].ips[1] 3:24", "[0].name 2:12"], annotation.Problems.Select(p => $"{p.Path} {p.Line}:{p.Column}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Annotation_TellsAllProblemsAtOnce_WhenManyElementsAreBad()
    {
        var annotation = NetworkSelectionAnnotation.Parse("""[{"name":"A","mac":"x","ips":["y"]},null,{"name":"b","interface":"eth0"}]""");

        Assert.Equal(["POD-003", "POD-012", "POD-011", "POD-002", "POD-008"], annotation.Problems.Select(p => p.Rule));
        var error = annotation.Problems.ToCniException("pod a/b");
        Assert.Equal(Cni.CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.StartsWith("pod a/b: 5 errors, the first: [0].name (line 1, column 10): ", error.Message);
        Assert.Contains("5) ", error.Details);
    }

    [Fact]
    public void ToCniException_IsOneLine_WhenOneError()
    {
        var error = NetworkSelectionAnnotation.Parse("[null]").Problems.ToCniException("pod a/b");
        Assert.Equal("pod a/b: [0] (line 1, column 2): expected an object such as {\"name\": \"net1\"}, found null", error.Message);
        Assert.Equal("", error.Details);
        Assert.Throws<ArgumentException>(() => NetworkSelectionAnnotation.Parse("n1").Problems.ToCniException("x"));
    }

    [Fact]
    public void JsonForm_IsRefused_WhenNestedTooDeeply()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100_000));
        Assert.Contains("deeper than 64", Assert.Single(NetworkSelectionAnnotation.Parse(deep).Problems, p => p.IsError).Message);

        string args = string.Concat(Enumerable.Repeat("{\"a\":", 61)) + "1" + new string('}', 61);
        var (elements, problems) = NetworkSelectionAnnotation.Parse($$"""[{"name":"a","cni-args":{{args}}}]""");
        Assert.Empty(problems);
        Assert.Equal(args, elements[0].CniArgs.Element.GetRawText());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("[")]
    [InlineData("{\"name\":\"a\"},")]
    public void Annotation_IsRefused_WhenLongerThanKubernetesAllows(string unit)
    {
        string megabyte = string.Concat(Enumerable.Repeat(unit, 1024 * 1024 / unit.Length + 1));
        var annotation = NetworkSelectionAnnotation.Parse(megabyte);
        Assert.Equal("POD-037", Assert.Single(annotation.Problems).Rule);
        Assert.Empty(annotation.Elements);
    }

    [Fact]
    public void Annotation_ListsBoundedProblems_WhenEverythingIsWrong()
    {
        string items = string.Join(',', Enumerable.Repeat("\"x\"", 50_000));
        var annotation = NetworkSelectionAnnotation.Parse($$"""[{"name":"a","ips":[{{items}}]}]""");
        Assert.Equal(101, annotation.Problems.Count);
        Assert.Contains("49900 more", annotation.Problems[100].Message);
    }

    [Fact]
    public void Annotation_IsValid_WhenOnlyWarningsAreTooManyToList()
    {
        string keys = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"unknown{i}\":1"));
        var annotation = NetworkSelectionAnnotation.Parse($$"""[{"name":"a",{{keys}}}]""");
        Assert.Equal(101, annotation.Problems.Count);
        Assert.True(annotation.IsValid);
        Assert.False(NetworkSelectionAnnotation.Parse($$"""[{"name":"a",{{keys}},"ips":1}]""").IsValid);
    }

    [Fact]
    public void JsonForm_IsRefused_WhenTooManyElements()
    {
        string Of(int count) => "[" + string.Join(',', Enumerable.Repeat("{\"name\":\"a\"}", count)) + "]";
        Assert.True(NetworkSelectionAnnotation.Parse(Of(128)).IsValid);
        Assert.Equal("POD-033", Assert.Single(NetworkSelectionAnnotation.Parse(Of(129)).Problems).Rule);
    }
}
