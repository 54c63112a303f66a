using System.Text;
using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public class NetworkAttachmentDefinitionTests
{
    private static NetworkAttachmentDefinition Definition(string? config) => new() { Namespace = "ns1", Name = "net1", Config = config };

    private static NetworkAttachmentDefinition Read(string json) =>
        NetworkAttachmentDefinitionReader.Read(JsonDocument.Parse(json).RootElement, "object");

    [Fact]
    public void Reader_ReadsObject_WhenFromApiServer()
    {
        var definition = Read("""
            {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "unknown": [1],
             "metadata": {"name": "net.1", "namespace": "ns1", "annotations": {"k8s.v1.cni.cncf.io/resourceName": "intel.com/vf", "a": "b"}},
             "spec": {"config": "{ }"}}
            """);

        Assert.Equal(("ns1", "net.1", "ns1/net.1", "intel.com/vf", "{ }"), (definition.Namespace, definition.Name, definition.QualifiedName, definition.ResourceName, definition.Config));
        Assert.Equal("b", definition.Annotations["a"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""", "spec": null""")]
    [InlineData(""", "spec": {}""")]
    [InlineData(""", "spec": {"config": ""}""")]
    [InlineData(""", "spec": {"config": "  \n"}""")]
    public void Reader_HasNoConfig_WhenSpecIsEmpty(string spec)
    {
        var definition = Read($$"""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "a", "annotations": null}{{spec}}}""");

        Assert.Equal("default", definition.Namespace);
        Assert.Equal("", definition.ResourceName);
        Assert.False(definition.HasConfig);
        Assert.Null(definition.EffectiveConfig());
    }

    [Theory]
    [InlineData("[]", "an object")]
    [InlineData("{}", "apiVersion")]
    [InlineData("""{"apiVersion": "v1", "kind": "NetworkAttachmentDefinition"}""", "found \"v1\"")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "Pod"}""", "found \"Pod\"")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}""", "metadata.name")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "A"}}""", "metadata.name")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "../x"}}""", "metadata.name")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "a", "namespace": "b.c"}}""", "metadata.namespace")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "a", "annotations": {"x": 1}}}""", "annotations")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "a"}, "spec": {"config": {}}}""", "spec.config")]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": [], "spec": {}}""", "metadata")]
    public void Reader_Throws_WhenObjectIsNone(string json, string message) =>
        Assert.Contains(message, Assert.Throws<CniException>(() => Read(json)).Message);

    [Theory]
    [InlineData("""{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}""", true)]
    [InlineData("""{"apiVersion": "v1", "kind": "Pod"}""", false)]
    [InlineData("""{"apiVersion": 1, "kind": "Pod"}""", false)]
    [InlineData("[]", false)]
    public void IsDefinition_LooksAtKindAndVersion(string json, bool expected) =>
        Assert.Equal(expected, NetworkAttachmentDefinitionReader.IsDefinition(JsonDocument.Parse(json).RootElement));

    [Theory]
    [InlineData("""{ "name": "x",  "type": "bridge", "n": 1.50e2 }""", """{ "name": "x",  "type": "bridge", "n": 1.50e2 }""")]
    [InlineData("""  { "type": "bridge", "n": 1.50e2, "t": "\u00e4" }""", """  { "type": "bridge", "n": 1.50e2, "t": "\u00e4","name":"net1" }""")]
    [InlineData("""{"a":1,"name" : "" ,"b":2}""", """{"a":1,"name" : "net1" ,"b":2}""")]
    [InlineData("""{"name":null}""", """{"name":"net1"}""")]
    [InlineData("""{"name":"x","name":""}""", """{"name":"x","name":"net1"}""")]
    [InlineData("{ }", """{"name":"net1" }""")]
    [InlineData("""{"plugins":[{"name":"inner"}]}""", """{"plugins":[{"name":"inner"}],"name":"net1"}""")]
    [InlineData("""{"Name":"x"}""", """{"Name":"x","name":"net1"}""")]
    [InlineData("""{"name":5}""", """{"name":5}""")]
    public void EffectiveConfig_InjectsName_AndKeepsEveryOtherByte(string config, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Definition(config).EffectiveConfig()!.Value.Span));

    [Fact]
    public void ReadConfig_GivesChainWithDefinitionsName_WhenConfigHasNone()
    {
        var list = Definition("""{"cniVersion": "1.0.0", "plugins": [{"type": "bridge"}, {"type": "tuning"}]}""").ReadConfig()!;
        Assert.Equal(("net1", "1.0.0", 2), (list.Name, list.CniVersion, list.Plugins.Count));
        Assert.Null(Definition(" ").ReadConfig());
        Assert.Contains("network-attachment-definition ns1/net1: spec.config", Assert.Throws<CniException>(() => Definition("{}").ReadConfig()).Text);
    }

    [Theory]
    [InlineData("{", "spec.config (line 1, column 2)")]
    [InlineData("[]", "expected an object")]
    [InlineData("{'a':1}", "double quotation marks")]
    [InlineData("{} x", "did not expect \"x\"")]
    public void EffectiveConfig_Throws_WhenNotObject(string config, string message)
    {
        var error = Assert.Throws<CniException>(() => Definition(config).EffectiveConfig());
        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.StartsWith("network-attachment-definition ns1/net1: spec.config", error.Message);
        Assert.Contains(message, error.Message);
    }
}
