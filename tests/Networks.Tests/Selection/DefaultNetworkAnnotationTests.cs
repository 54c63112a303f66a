namespace MultiNet.Networks.Tests;

public class DefaultNetworkAnnotationTests
{
    [Theory]
    [InlineData("net1", "", "net1", "")]
    [InlineData("kube-system/net1", "kube-system", "net1", "")]
    [InlineData("""[{"name":"net1","namespace":"ns","interface":"eth0"}]""", "ns", "net1", "eth0")]
    public void DefaultNetwork_IsRead_WhenExactlyOne(string text, string ns, string name, string ifName)
    {
        var annotation = DefaultNetworkAnnotation.Parse(text);

        Assert.Empty(annotation.Problems);
        Assert.Equal((ns, name, ifName), (annotation.Element!.Namespace, annotation.Element.Name, annotation.Element.Interface));
    }

    [Theory]
    [InlineData("[]", "POD-020")]
    [InlineData(" ", "POD-020")]
    [InlineData("a,b", "POD-020")]
    [InlineData("""[{"name":"a"},{"name":"b"}]""", "POD-020")]
    [InlineData("[null]", "POD-002")]
    [InlineData("{}", "POD-002")]
    [InlineData("[{", "POD-001")]
    [InlineData("A", "POD-003")]
    public void DefaultNetwork_IsRefused_WhenNotExactlyOne(string text, string rule)
    {
        var annotation = DefaultNetworkAnnotation.Parse(text);

        Assert.False(annotation.IsValid);
        Assert.Contains(annotation.Problems, p => p.IsError && p.Rule == rule);
    }

    [Fact]
    public void DefaultNetwork_AsksForNothing_WhenEmpty()
    {
        var annotation = DefaultNetworkAnnotation.Parse("");
        Assert.True(annotation.IsValid);
        Assert.Null(annotation.Element);
    }
}
