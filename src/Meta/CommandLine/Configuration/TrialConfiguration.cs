using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Configuration;

namespace MultiNet.Meta.CommandLine.Configuration;

/// <summary>
/// The configuration for trying manifests out (<c>run</c>, <c>plan</c>): of <c>--config</c>, else of the folder of the manifests, else one of
/// our own with a bridge; state always in the trial's folder.
/// </summary>
internal static class TrialConfiguration
{
    /// <summary>The bridge of the built-in cluster network.</summary>
    public const string Bridge = "mn0";

    /// <summary>The subnet of the built-in cluster network; outside of what Kubernetes distributions take by default.</summary>
    public const string Subnet = "10.249.0.0/16";

    /// <summary>Chooses and reads the configuration.</summary>
    /// <param name="file">The value of <c>--config</c>, or null.</param>
    /// <param name="paths">The manifests.</param>
    /// <param name="folder">Where all state is kept.</param>
    /// <exception cref="CniException">The configuration cannot be read or is invalid.</exception>
    public static (MetaConfig Config, string Origin) Read(string? file, IReadOnlyList<string> paths, string folder)
    {
        foreach (string path in paths)
            file ??= ConfigurationFile.FindIn(path);
        string origin = file ?? "built-in configuration";
        var json = file is null ? BuiltIn(folder) : ConfigurationFile.Load(file);
        // The source is what the command line names.
        json = ConfigurationFile.With(
            json, ("stateDir", Path.Combine(folder, "state")), ("cniDir", Path.Combine(folder, "cache")), ("manifestDir", ""), ("kubeconfig", ""));
        return (ConfigurationFile.Read(json, origin), origin);
    }

    private static byte[] BuiltIn(string folder)
    {
        string networks = System.Text.Json.JsonEncodedText.Encode(Path.Combine(folder, "networks")).ToString();
        return Encoding.UTF8.GetBytes(
            $$"""
            {"cniVersion": "1.1.0", "name": "multinet", "type": "multinet", "delegates": [{
              "cniVersion": "1.1.0", "name": "cluster-network", "plugins": [{
                "type": "bridge", "bridge": "{{Bridge}}", "isGateway": true, "hairpinMode": true,
                "ipam": {"type": "host-local", "dataDir": "{{networks}}", "ranges": [[{"subnet": "{{Subnet}}"}]], "routes": [{"dst": "0.0.0.0/0"}]}
              }]}]}
            """);
    }
}
