using MultiNet.Meta.Installing;

namespace MultiNet.Meta.Tests.Installing;

/// <summary>A node's folders, for an installation to go into.</summary>
internal sealed class NodeFolders : IDisposable
{
    public const string Flannel = """
        {"name": "cbr0", "cniVersion": "0.3.1", "plugins": [
          {"type": "flannel", "delegate": {"isDefaultGateway": true}},
          {"type": "portmap", "capabilities": {"portMappings": true}}]}
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("multinet-node-").FullName;

    public NodeFolders()
    {
        Directory.CreateDirectory(Bin());
        Directory.CreateDirectory(Conf());
        File.WriteAllText(Path("multinet-built"), "first build");
        File.WriteAllText(Conf("10-flannel.conflist"), Flannel);
    }

    public string Path(string name) => System.IO.Path.Combine(_root, name);

    public string Bin(string name = "") => System.IO.Path.Combine(_root, "host/opt/cni/bin", name).TrimEnd('/');

    public string Conf(string name = "") => System.IO.Path.Combine(_root, "host/etc/cni/net.d", name).TrimEnd('/');

    /// <summary>Our configuration's text.</summary>
    public string Config => File.ReadAllText(Conf("00-multinet.conflist"));

    /// <summary>As in a container: the node's file system is below <c>host</c>.</summary>
    public InstallRequest Request => new()
    {
        Host = new HostRoot(Path("host")),
        BinDir = "/opt/cni/bin",
        ConfDir = "/etc/cni/net.d",
        Executable = Path("multinet-built"),
        Version = "1.0.0",
        PluginTypes = ["bridge", "ptp"],
    };

    public void Install(InstallRequest? request = null, List<string>? progress = null) => new Installer(request ?? Request, line => progress?.Add(line)).Install();

    public void Uninstall(bool force = true) => Assert.True(new Uninstaller("/opt/cni/bin", _ => { }, new HostRoot(Path("host"))).Uninstall(force));

    public string[] Names(string folder) =>
        Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => System.IO.Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal).ToArray();

    /// <summary>A service account's folder, with a token that is valid from one time to another.</summary>
    public string ServiceAccount(long issued, long expires, string signature = "c2ln")
    {
        string folder = Path("serviceaccount");
        Directory.CreateDirectory(folder);
        string claims = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($$"""{"iat":{{issued}},"exp":{{expires}},"sub":"x"}""")).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        File.WriteAllText(System.IO.Path.Combine(folder, "token"), $"eyJhbGciOiJSUzI1NiJ9.{claims}.{signature}");
        File.WriteAllText(System.IO.Path.Combine(folder, "ca.crt"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        return folder;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
