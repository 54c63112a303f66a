using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Planning;

public class ContainerInterfacesTests
{
    private const string Bridge = """{"cniVersion":"1.0.0","type":"bridge","bridge":"br1"}""";
    private const string Bond = """{"cniVersion":"1.0.0","type":"bond","mode":"1","miimon":"100","linksInContainer":true,"links":[{"name":"net1"},{"name":"net2"}]}""";
    private const string OnBond = """{"cniVersion":"1.0.0","type":"vlan","master":"bond0","vlanId":5,"linkInContainer":true}""";

    private static AttachmentPlan Plan(string networks, string bond = Bond, string vlan = OnBond, string keys = "\"parallel\":\"builtin\"") => Planned.Plan(
        new FakeSource().Pod("web", networks).Definition("n1", Bridge).Definition("n2", Bridge.Replace("br1", "br2")).Definition("bond", bond).Definition("vlan", vlan), keys);

    private static string[] Stages(AttachmentPlan plan) =>
        [.. AttachmentStages.Of(plan.Attachments).Select(stage => string.Join('|', stage.Select(lane => string.Join('>', lane.Select(a => a.InterfaceName)))))];

    [Fact]
    public void Plan_PutsABondBehindItsMembers_AndAVlanBehindTheBond_InStagesOfTheirOwn()
    {
        var plan = Plan("n1, n2, bond@bond0, vlan, n1, n2");
        Assert.Empty(plan.Warnings);
        Assert.Equal(["eth0", "net1|net2", "bond0", "net4", "net5|net6"], Stages(plan));
    }

    [Fact]
    public void Plan_RunsABondOfTheHostsInterfaces_BesideOthers() =>
        Assert.Equal(["eth0", "net1|bond0"], Stages(Plan("n1, bond@bond0", Bond.Replace("true", "false"))));

    [Fact]
    public void Plan_RunsWhatUsesTheContainersDefaultMaster_Alone() =>
        Assert.Equal(["eth0", "net1", "net2", "net3"], Stages(Plan("n1, vlan, n2", vlan: OnBond.Replace("\"master\":\"bond0\",", ""))));

    [Theory]
    [InlineData("n1, bond@bond0, n2@net2", "network default/bond on bond0 uses the container's interface net2, which default/n2 makes after it")]
    [InlineData("n1, n2, vlan, bond@bond0", "network default/vlan on net3 uses the container's interface bond0, which default/bond makes after it")]
    public void Plan_RefusesNetworks_BeforeWhatTheyStandOn(string networks, string message)
    {
        var e = Assert.Throws<CniException>(() => Plan(networks));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, e.Code);
        Assert.Contains(message, e.Message);
        Assert.Contains("name the one that makes the interface first", e.Details);
    }

    [Fact]
    public void Plan_ReportsEveryNetworkInTheWrongPlace()
    {
        var e = Assert.Throws<CniException>(() => Plan("bond@bond0, n1@net1, n2@net2"));
        Assert.Contains("net1, which default/n1 makes after it", e.Text);
        Assert.Contains("net2, which default/n2 makes after it", e.Text);
    }

    [Fact]
    public void Plan_WarnsOfInterfacesThatNobodyMakes()
    {
        var plan = Plan("n1, bond@bond0");
        Assert.Equal(["network default/bond on bond0 uses the container's interface net2, which no network before it makes: it must be there by then"], plan.Warnings);
        Assert.Equal(3, plan.Attachments.Count);
    }

    [Fact]
    public void Plan_KnowsABondByItsOwnName()
    {
        var plan = Plan("n1, n2, bond, vlan", Bond.Replace("\"type\"", "\"ifname\":\"bond0\",\"type\""));
        Assert.Empty(plan.Warnings);
        Assert.Equal("net3", plan.Attachments[3].InterfaceName);
    }

    [Theory]
    [InlineData("\"linksInContainer\":7")]
    [InlineData("\"links\":{}")]
    [InlineData("\"links\":[{\"name\":1}]")]
    public void Plan_LeavesBrokenKeysToThePlugin(string key) =>
        Assert.Equal("bond0", Plan("n1, n2, bond@bond0", Bond[..^1] + "," + key + "}").Attachments[3].InterfaceName);
}
