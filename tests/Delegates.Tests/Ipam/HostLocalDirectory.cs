using System.Text;

namespace MultiNet.Delegates.Tests.Ipam;

/// <summary>A data directory of host-local for one test, and what a test says about it.</summary>
internal sealed class HostLocalDirectory : IDisposable
{
    public HostLocalDirectory() => DataDir = Directory.CreateTempSubdirectory("multinet-host-local-").FullName;

    public string DataDir { get; }

    /// <summary>The directory of the network "net1".</summary>
    public string Network => Path.Combine(DataDir, "net1");

    /// <summary>The names of all files that stand for addresses, sorted.</summary>
    public string[] Reserved
    {
        get
        {
            if (!Directory.Exists(Network))
                return [];
            var names = new List<string>();
            foreach (string path in Directory.GetFiles(Network))
            {
                string name = Path.GetFileName(path);
                if (name != "lock" && !name.StartsWith("last_reserved_ip.", StringComparison.Ordinal))
                    names.Add(name);
            }
            names.Sort(StringComparer.Ordinal);
            return [.. names];
        }
    }

    /// <summary>A configuration of "net1" whose "ipam" has these keys, besides type and dataDir.</summary>
    public string Config(string ipam, string version = "1.1.0", string rest = "") =>
        $$"""{"cniVersion":"{{version}}","name":"net1","type":"bridge","ipam":{"type":"host-local","dataDir":"{{DataDir}}",{{ipam}}}{{(rest.Length > 0 ? "," + rest : "")}}}""";

    /// <summary>What a file of the network says.</summary>
    public string Content(string name) => File.ReadAllText(Path.Combine(Network, name));

    /// <summary>Writes a file as another program would: without the lock.</summary>
    public void Write(string name, string content)
    {
        Directory.CreateDirectory(Network);
        File.WriteAllBytes(Path.Combine(Network, name), Encoding.UTF8.GetBytes(content));
    }

    public void Dispose() => Directory.Delete(DataDir, recursive: true);
}
