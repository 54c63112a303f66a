namespace MultiNet.Networks.Tests;

public class CommaFormTests
{
    [Theory]
    [InlineData("net1", "", "net1", "")]
    [InlineData("ns1/net1", "ns1", "net1", "")]
    [InlineData("net1@if0", "", "net1", "if0")]
    [InlineData("ns1/net1@if0", "ns1", "net1", "if0")]
    [InlineData("  ns1 / net1 @ if0  ", "ns1", "net1", "if0")]
    [InlineData("\n  net1\n", "", "net1", "")]
    [InlineData("0net", "", "0net", "")]
    [InlineData("net1@a.b", "", "net1", "a.b")]
    [InlineData("net1@abcdefghijklmno", "", "net1", "abcdefghijklmno")]
    public void CommaForm_ReadsItem_WhenWellFormed(string text, string ns, string name, string ifName)
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse(text);

        Assert.Empty(problems);
        var element = Assert.Single(elements);
        Assert.Equal((ns, name, ifName, 0), (element.Namespace, element.Name, element.Interface, element.Index));
    }

    [Fact]
    public void CommaForm_KeepsOrder_WhenSeveralItems()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse("n1@foo,n1,\n  default/n1");

        Assert.Empty(problems);
        Assert.Equal(["n1@foo", "n1@", "default/n1@"], elements.Select(e => (e.Namespace.Length > 0 ? e.Namespace + "/" : "") + e.Name + "@" + e.Interface));
        Assert.Equal([0, 1, 2], elements.Select(e => e.Index));
        Assert.Equal("item 3", elements[2].Path);
    }

    [Theory]
    [InlineData("n1,", "POD-004", "item 2", 1, 4)]
    [InlineData(",n1", "POD-004", "item 1", 1, 1)]
    [InlineData("n1,,n2", "POD-004", "item 2", 1, 4)]
    [InlineData("n1, a/b/c", "POD-004", "item 2", 1, 5)]
    [InlineData("n1@a@b", "POD-004", "item 1", 1, 1)]
    [InlineData("/", "POD-003", "item 1", 1, 2)]
    [InlineData("ns/", "POD-003", "item 1", 1, 4)]
    [InlineData("@if0", "POD-003", "item 1", 1, 1)]
    [InlineData("Net1", "POD-003", "item 1", 1, 1)]
    [InlineData("-net1", "POD-003", "item 1", 1, 1)]
    [InlineData("net1-", "POD-003", "item 1", 1, 1)]
    [InlineData("net 1", "POD-003", "item 1", 1, 1)]
    [InlineData("net_1", "POD-003", "item 1", 1, 1)]
    [InlineData("net.1", "POD-003", "item 1", 1, 1)]
    [InlineData("nét", "POD-003", "item 1", 1, 1)]
    [InlineData("é, n1/é", "POD-003", "item 2", 1, 7)]
    [InlineData("n1,\n  Ns/n2", "POD-005", "item 2", 2, 3)]
    [InlineData("a.b/n2", "POD-005", "item 1", 1, 1)]
    [InlineData("n1@abcdefghijklmnop", "POD-006", "item 1", 1, 4)]
    [InlineData("n1, n2@ a:b", "POD-006", "item 2", 1, 9)]
    [InlineData("n1@..", "POD-006", "item 1", 1, 4)]
    [InlineData("n1@.", "POD-006", "item 1", 1, 4)]
    [InlineData("n1@a b", "POD-006", "item 1", 1, 4)]
    [InlineData("n1@net%d", "POD-006", "item 1", 1, 4)]
    [InlineData("n1@lo", "POD-006", "item 1", 1, 4)]
    [InlineData("n1@a\u0007", "POD-006", "item 1", 1, 4)]
    [InlineData("n1@x, n2@x", "POD-007", "item 2", 1, 10)]
    [InlineData("n1@eth0", "POD-008", "item 1", 1, 4)]
    public void CommaForm_TellsProblemWithPosition_WhenMalformed(string text, string rule, string path, int line, int column)
    {
        var annotation = NetworkSelectionAnnotation.Parse(text);

        Assert.False(annotation.IsValid);
        Assert.Contains(annotation.Problems, p => p.IsError && (p.Rule, p.Path, p.Line, p.Column) == (rule, path, line, column));
    }

    [Fact]
    public void CommaForm_TellsAllProblems_WhenSeveral()
    {
        var (_, problems) = NetworkSelectionAnnotation.Parse("Bad, n1@eth0, , x/y/z, ok");

        Assert.Equal(["POD-003 item 1", "POD-008 item 2", "POD-004 item 3", "POD-004 item 4"], problems.Select(p => $"{p.Rule} {p.Path}"));
    }

    [Theory]
    [InlineData("/n1")]
    [InlineData("n1@")]
    [InlineData(" \n ")]
    [InlineData("n1, n2@net1")]
    public void CommaForm_Warns_WhenDoubtfulButAcceptedByMultus(string text)
    {
        var annotation = NetworkSelectionAnnotation.Parse(text);

        Assert.True(annotation.IsValid);
        Assert.Single(annotation.Problems);
    }

    [Fact]
    public void CommaForm_HintsAtJsonForm_WhenNameHoldsDot() =>
        Assert.Contains("[{\"name\": \"net.1\"}]", Assert.Single(NetworkSelectionAnnotation.Parse("net.1").Problems).Message);

    [Fact]
    public void Annotation_AsksForNothing_WhenEmpty()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse("");
        Assert.Empty(elements);
        Assert.Empty(problems);
    }

    [Fact]
    public void Annotation_AllowsEth0_WhenPodInterfaceIsAnother()
    {
        Assert.True(NetworkSelectionAnnotation.Parse("n1@eth0", "ens3").IsValid);
        Assert.False(NetworkSelectionAnnotation.Parse("n1@ens3", "ens3").IsValid);
    }

    [Fact]
    public void CommaForm_IsRefused_WhenTooManyItems()
    {
        var annotation = NetworkSelectionAnnotation.Parse(string.Join(',', Enumerable.Repeat("n", 129)));

        Assert.Equal("POD-033", Assert.Single(annotation.Problems).Rule);
        Assert.False(annotation.IsValid);
        Assert.True(NetworkSelectionAnnotation.Parse(string.Join(',', Enumerable.Repeat("n", 128))).IsValid);
        Assert.Empty(NetworkSelectionAnnotation.Parse(string.Join(',', Enumerable.Repeat("n", 32))).Problems);
    }
}
