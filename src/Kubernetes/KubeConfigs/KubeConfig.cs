using MultiNet.Kubernetes.KubeConfigs;

namespace MultiNet.Kubernetes;

/// <summary>
/// What a context of one or several kubeconfig files comes to: an API server, a user, a namespace. As with kubectl, the first file that has
/// a value wins; nothing of a context is mixed with another one's.
/// </summary>
public sealed record KubeConfig
{
    private const int LargestFile = 1 << 20;

    /// <summary>The context's name.</summary>
    public required string Context { get; init; }

    /// <summary>The API server.</summary>
    public required KubeConfigCluster Cluster { get; init; }

    /// <summary>The credentials.</summary>
    public required KubeConfigUser User { get; init; }

    /// <summary>The namespace; <c>default</c> where the context names none.</summary>
    public required string Namespace { get; init; }

    /// <summary>
    /// Reads what an environment points at: the files of <c>KUBECONFIG</c> (with colons between; missing ones are passed over), else
    /// <c>~/.kube/config</c>.
    /// </summary>
    /// <param name="context">The context, or null for the current one.</param>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="KubeConfigException">A file cannot be used.</exception>
    public static KubeConfig? LoadDefault(string? context = null)
    {
        string variable = Environment.GetEnvironmentVariable("KUBECONFIG") ?? "";
        var files = new List<string>();
        if (variable.Length > 0)
        {
            foreach (string file in variable.Split(':', StringSplitOptions.RemoveEmptyEntries))
            {
                if (File.Exists(file) && !files.Contains(file))
                    files.Add(file);
            }
        }
        else if (Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Path.Combine(home, ".kube", "config") is var file && File.Exists(file))
        {
            files.Add(file);
        }
        return files.Count == 0 ? null : Load(files, context);
    }

    /// <summary>Reads files.</summary>
    /// <param name="files">The files, the one with the highest precedence first.</param>
    /// <param name="context">The context, or null for the current one.</param>
    /// <exception cref="KubeConfigException">A file is missing or cannot be used, or no context is chosen.</exception>
    public static KubeConfig Load(IReadOnlyList<string> files, string? context = null)
    {
        var read = new List<KubeConfigFile>(files.Count);
        foreach (string file in files)
            read.Add(new KubeConfigFile(file, ConfigText.Read(file, ReadFile(file))));

        string chosen = context ?? "";
        foreach (var file in read)
        {
            if (chosen.Length == 0)
                chosen = file.CurrentContext;
        }
        string where = string.Join(", ", files);
        if (chosen.Length == 0)
            throw new KubeConfigException($"{where}: no context is chosen: set \"current-context\" to one of {Names(read, "contexts")}");
        var entry = Find(read, "contexts", chosen, out _) ?? throw Unknown(where, "context", chosen, read, "contexts");
        var details = entry["context"];
        string cluster = details["cluster"].AsText(), user = details["user"].AsText(), space = details["namespace"].AsText();
        if (cluster.Length == 0)
            throw new KubeConfigException($"{details.PathOf("cluster")} is missing");
        var clusterEntry = Find(read, "clusters", cluster, out var clusterFile) ?? throw Unknown(where, "cluster", cluster, read, "clusters");
        KubeConfigFile? userFile = null;
        var userEntry = user.Length == 0 ? null : Find(read, "users", user, out userFile) ?? throw Unknown(where, "user", user, read, "users");
        return new KubeConfig
        {
            Context = chosen,
            Cluster = clusterFile!.ReadCluster(clusterEntry["cluster"]),
            User = userEntry is null ? new KubeConfigUser() : userFile!.ReadUser(userEntry["user"]) with { KubeConfigFile = userFile.Location, Name = user },
            Namespace = space.Length == 0 ? "default" : space,
        };
    }

    internal static byte[] ReadFile(string file)
    {
        try
        {
            // Not by its length: a pipe is a usual argument, and a device has none.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > LargestFile)
                    throw new KubeConfigException($"{file}: too large; at most {LargestFile} bytes are read");
            }
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KubeConfigException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static ConfigNode? Find(List<KubeConfigFile> files, string kind, string name, out KubeConfigFile? holder)
    {
        foreach (var file in files)
        {
            foreach (var entry in file.Entries(kind))
            {
                if (entry["name"].AsText() != name)
                    continue;
                holder = file;
                return entry;
            }
        }
        holder = null;
        return null;
    }

    private static KubeConfigException Unknown(string where, string kind, string name, List<KubeConfigFile> files, string list) =>
        new($"{where}: the {kind} \"{name}\" does not exist; there are {Names(files, list)}");

    private static string Names(List<KubeConfigFile> files, string kind)
    {
        var names = new List<string>();
        foreach (var file in files)
        {
            foreach (var entry in file.Entries(kind))
                names.Add($"\"{entry["name"].AsText()}\"");
        }
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }
}
