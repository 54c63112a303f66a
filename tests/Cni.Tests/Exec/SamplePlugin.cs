using System.Net;

namespace MultiNet.Cni.Tests.Exec;

/// <summary>A plugin that runs in process, and as a program when this test assembly is started as one.</summary>
internal sealed class SamplePlugin : IPlugin
{
    public string Type => "sample";

    public string About => "CNI sample plugin";

    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    internal static int Main() => PluginHost.Run(new SamplePlugin(), new ExecPluginInvoker());

    public CniResult Add(PluginContext context)
    {
        Answer(context);
        if (context.Config.Bool("pass"))
            return context.PrevResult ?? new CniResult();
        return new CniResult
        {
            Interfaces =
            [
                new CniInterface { Name = "br0", Mac = "aa:bb:cc:dd:ee:ff", Mtu = 1400 },
                new CniInterface { Name = context.Call.IfName, Sandbox = context.Call.NetNs, PciId = "0000:01:00.0" },
            ],
            IPs =
            [
                new CniIP { Address = new IPPrefix(IPAddress.Parse("fd00::5"), 64), Interface = 1 },
                new CniIP { Address = new IPPrefix(IPAddress.Parse("10.0.0.5"), 24), Gateway = IPAddress.Parse("10.0.0.1"), Interface = 1 },
            ],
            Routes = [new CniRoute { Dst = IPPrefix.DefaultIPv6 }, new CniRoute { Dst = IPPrefix.DefaultIPv4, Gw = IPAddress.Parse("10.0.0.1"), Mtu = 1300, Table = 7 }],
            Dns = new CniDns { Nameservers = ["1.1.1.1"], Domain = context.Config.String("domain") },
        };
    }

    public void Del(PluginContext context) => Answer(context);

    public void Check(PluginContext context) => Answer(context);

    public void Status(PluginContext context) => Answer(context);

    public void Gc(PluginContext context) => Answer(context);

    private static void Answer(PluginContext context)
    {
        string message = context.Config.String("fail");
        if (message.Length > 0)
            throw new CniException((CniErrorCode)142, message, "details of \u2028 <it>");
        if (context.Config.Bool("bug"))
            throw new InvalidOperationException("bug");
    }
}
