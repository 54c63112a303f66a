using MultiNet.Kubernetes;
using MultiNet.Webhook.Knowledge;

namespace MultiNet.Webhook.Tests.Knowledge;

/// <summary>What a pod holds, by its annotations.</summary>
public sealed class PodAttachmentsTests
{
    private static string Held(string networks, string status = "", string defaultNetwork = "", string phase = "Running", bool hostNetwork = false)
    {
        var annotations = new Dictionary<string, string> { ["k8s.v1.cni.cncf.io/networks"] = networks, ["v1.multus-cni.io/default-network"] = defaultNetwork };
        if (status.Length > 0)
            annotations["k8s.v1.cni.cncf.io/network-status"] = status;
        var pod = new Pod
        {
            Metadata = new ObjectMeta { Namespace = "default", Name = "web", Annotations = annotations }, Spec = new PodSpec { HostNetwork = hostNetwork }, Status = new PodStatus { Phase = phase },
        };
        return string.Join("; ", new PodAttachments(new NamePool(), "kube-system").Of(pod).Select(found => $"{found.Network} {string.Join(',', found.Held.Ips)} {found.Held.Mac}".TrimEnd()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("net1,other/net2@eth1", "default/net1; other/net2")]
    [InlineData("[{\"name\": \"net1\", \"ips\": [\"10.1.0.5/24\", \"FD00:0::5/64\"], \"mac\": \"02:00:5E:00:53:01\"}]", "default/net1 10.1.0.5,fd00::5 02:00:5e:00:53:01")]
    [InlineData("[{\"name\": \"net1\",", "")]
    public void WhatItAsksFor_CountsUntilItHasIt(string networks, string expected) => Assert.Equal(expected, Held(networks));

    [Fact]
    public void WhatItHas_ComesBeforeWhatItAsksFor() => Assert.Equal(
        "default/net1 10.1.0.9 02:00:5e:00:53:09; default/net2",
        Held("[{\"name\": \"net1\", \"ips\": [\"10.1.0.5/24\"]}, {\"name\": \"net2\"}]", "[{\"name\": \"cbr0\", \"ips\": [\"10.244.0.7\"]}, {\"name\": \"default/net1\", \"ips\": [\"10.1.0.9\"], \"mac\": \"02-00-5E-00-53-09\"}]"));

    [Fact]
    public void StatusThatIsNone_IsPassedOver() => Assert.Equal("default/net1", Held("net1", "{\"name\": 5"));

    [Fact]
    public void DefaultNetwork_IsLookedForWhereThePluginDoes() => Assert.Equal("kube-system/host", Held("", defaultNetwork: "host"));

    [Theory]
    [InlineData("Succeeded", false)]
    [InlineData("Failed", false)]
    [InlineData("Running", true)]
    public void PodThatHasEnded_OrHasItsNodesNetwork_HoldsNothing(string phase, bool hostNetwork) => Assert.Equal("", Held("net1", phase: phase, hostNetwork: hostNetwork));
}
