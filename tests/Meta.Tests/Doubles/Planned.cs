using System.Text;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Tests.Doubles;

/// <summary>Plans a pod of a <see cref="FakeSource"/> under a configuration.</summary>
internal static class Planned
{
    public const string DefaultDelegate = """{"cniVersion":"1.0.0","name":"primary","type":"bridge","ipam":{"type":"host-local","subnet":"10.1.0.0/16"}}""";

    public static MetaConfig Config(string keys = "") =>
        MetaConfigReader.Read(Encoding.UTF8.GetBytes($$"""{"cniVersion":"1.0.0","name":"multinet","type":"multinet","delegates":[{{DefaultDelegate}}]{{(keys.Length > 0 ? "," + keys : "")}}}"""));

    public static SandboxRequest Request(string pod = "web", string @namespace = "default", string uid = "") => new()
    {
        ContainerId = "0123456789abcdef",
        NetNs = "/run/netns/none",
        IfName = "eth0",
        Path = ["/opt/cni/bin"],
        Pod = new PodReference(@namespace, pod, uid),
    };

    public static AttachmentPlan Plan(IPodNetworkSource? source, string keys = "", SandboxRequest? request = null, params IDeviceSource[] devices) =>
        new AttachmentPlanner(Config(keys), source, new FakeInvoker(), devices).Plan(request ?? Request());
}
