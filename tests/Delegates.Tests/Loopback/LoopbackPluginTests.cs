using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Loopback;
using MultiNet.Delegates.Tests.Tuning;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Loopback;

public sealed class LoopbackPluginTests : IDisposable
{
    private readonly ContainerNamespace _container = new(veth: null);

    public void Dispose() => _container.Dispose();

    public static TheoryData<string> Versions => [.. CniVersion.All];

    private static string Config(string version = "1.1.0", string rest = "") =>
        $$"""{"cniVersion":"{{version}}","name":"lo-net","type":"loopback"{{(rest.Length > 0 ? "," + rest : "")}}}""";

    private CniResult? Run(CniVerb verb, string config, string? netns = null) =>
        _container.Call(kernel => new LoopbackPlugin(kernel), verb, config, ifName: "anything", netns);

    [Theory]
    [MemberData(nameof(Versions))]
    public void Loopback_GoesUpAndDown_InEveryVersion(string version)
    {
        Assert.False(_container.Link("lo").IsUp);

        var result = Run(CniVerb.Add, Config(version))!;

        Assert.True(_container.Link("lo").IsUp);
        Assert.Equal(["127.0.0.1/8", "::1/128"], result.IPs.Select(ip => ip.Address.ToString()));
        if (CniVersion.AtLeast(version, "0.3.0"))
        {
            Assert.Equal(new CniInterface { Name = "lo", Mac = "00:00:00:00:00:00", Sandbox = _container.Path }, Assert.Single(result.Interfaces));
            Assert.All(result.IPs, ip => Assert.Equal(0, ip.Interface));
        }
        if (CniVersion.AtLeast(version, "0.4.0"))
            Run(CniVerb.Check, Config(version));
        Run(CniVerb.Del, Config(version));
        Assert.False(_container.Link("lo").IsUp);
        Run(CniVerb.Del, Config(version));
    }

    [Fact]
    public void Loopback_PassesThePreviousResultOn()
    {
        var result = Run(CniVerb.Add, Config(rest: "\"prevResult\":{\"interfaces\":[{\"name\":\"eth0\"}],\"ips\":[{\"address\":\"10.1.2.3/24\",\"interface\":0}]}"))!;

        Assert.Equal("eth0", Assert.Single(result.Interfaces).Name);
        Assert.True(_container.Link("lo").IsUp);
    }

    [Fact]
    public void Loopback_WithForeignAddress_IsLeftAsItIs()
    {
        _container.Socket.AddressAdd(_container.Link("lo").Index, new InterfaceAddress { Local = IPAddress.Parse("10.9.9.9"), PrefixLength = 32 });

        var error = Assert.Throws<CniException>(() => Run(CniVerb.Add, Config()));

        Assert.Equal("loopback interface found with non-loopback address \"10.9.9.9\"", error.Message);
        Assert.False(_container.Link("lo").IsUp);
    }

    [Fact]
    public void Del_Succeeds_WhenTheNamespaceIsGoneOrNotNamed()
    {
        Run(CniVerb.Del, Config(), netns: "");
        Run(CniVerb.Del, Config(), netns: "/nonexistent/ns");
    }

    [Theory]
    [InlineData("/nonexistent/ns")]
    [InlineData("/etc/hostname")]
    public void Add_NamesThePath_ThatIsNoNamespace(string path)
    {
        var error = Assert.Throws<CniException>(() => Run(CniVerb.Add, Config(), netns: path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Fails_WhenLoopbackIsDown() =>
        Assert.Equal("loopback interface is down", Assert.Throws<CniException>(() => Run(CniVerb.Check, Config())).Message);

    [Fact]
    public void Check_Fails_WhenAnAddressOfTheResultIsGone()
    {
        Run(CniVerb.Add, Config());
        string previous = "\"prevResult\":{\"interfaces\":[{\"name\":\"lo\",\"sandbox\":\"x\"}],\"ips\":[{\"address\":\"127.0.0.1/8\",\"interface\":0}]}";
        Run(CniVerb.Check, Config(rest: previous));
        var link = _container.Link("lo");
        _container.Socket.AddressDelete(link.Index, new InterfaceAddress { Local = IPAddress.Loopback, PrefixLength = 8 });

        var error = Assert.Throws<CniException>(() => Run(CniVerb.Check, Config(rest: previous)));

        Assert.Equal("loopback interface has lost its address 127.0.0.1/8", error.Message);
    }

    [Fact]
    public void StatusAndGc_Succeed()
    {
        Run(CniVerb.Status, Config());
        Run(CniVerb.Gc, Config(rest: "\"cni.dev/valid-attachments\":[]"));
    }
}
