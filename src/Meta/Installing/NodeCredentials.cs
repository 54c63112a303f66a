using System.Buffers;
using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>
/// What <c>multinet</c> on the node shows to the API server: a kubeconfig with the certificate authority, and beside it the token, both of a
/// service account as the kubelet projects it into a container. The token is short-lived: <see cref="InstallationFollower"/> copies each new one.
/// </summary>
internal sealed class NodeCredentials
{
    /// <summary>The name of the kubeconfig.</summary>
    public const string Kubeconfig = "multinet.kubeconfig";

    /// <summary>The name of the token's file. The kubeconfig names it without a folder, so that it is found from a container, too.</summary>
    public const string Token = "token";

    private NodeCredentials(string folder, byte[] kubeconfig, byte[] token)
    {
        Folder = folder;
        Files = [new(Token, token), new(Kubeconfig, kubeconfig)];
        Lifetime = TokenLifetime.Read(token);
    }

    /// <summary>The folder, as it is reached from here.</summary>
    public string Folder { get; }

    /// <summary>The files by name, in the order in which they must appear.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Files { get; }

    /// <summary>When the token was issued and when it expires; null where it does not say.</summary>
    public TokenLifetime? Lifetime { get; }

    /// <summary>The folder, as on the node.</summary>
    public static string FolderOf(InstallRequest request) => Path.Combine(request.ConfDir, InstallPaths.CredentialsFolder);

    /// <summary>The kubeconfig, as on the node.</summary>
    public static string KubeconfigOf(InstallRequest request) => Path.Combine(FolderOf(request), Kubeconfig);

    /// <summary>Reads the service account; null where none is to be installed.</summary>
    /// <exception cref="CniException">Code 5: a file cannot be read. Code 7: nobody says where the API server is.</exception>
    public static NodeCredentials? Read(InstallRequest request)
    {
        if (request.ServiceAccount is not { } account)
            return null;
        byte[] token = ReadFile(Path.Combine(account, "token")), authority = ReadFile(Path.Combine(account, "ca.crt"));
        return new NodeCredentials(request.Host.Here(FolderOf(request)), Json(request.ApiServer ?? ServerOfEnvironment(), authority), token);
    }

    /// <summary>The names of the files that are not as they must be.</summary>
    public IReadOnlyList<string> Differences()
    {
        var differences = new List<string>();
        foreach (var (name, content) in Files)
        {
            if (!IsThere(Path.Combine(Folder, name), content))
                differences.Add(name);
        }
        return differences;
    }

    /// <summary>Puts those files in place.</summary>
    /// <exception cref="CniException">Code 5: a file cannot be written.</exception>
    public IReadOnlyList<string> Place()
    {
        var differences = Differences();
        if (differences.Count == 0)
            return [];
        Journal.JournalStore.CreatePrivateDirectory(Folder);
        foreach (var (name, content) in Files)
        {
            if (differences.Contains(name))
                AtomicFile.Write(Path.Combine(Folder, name), content, AtomicFile.OwnerOnly);
        }
        return differences;
    }

    /// <summary>Removes them, and the folder unless somebody else has put something there.</summary>
    /// <exception cref="CniException">Code 5: a file cannot be removed.</exception>
    public static void Remove(string folder)
    {
        foreach (string name in (ReadOnlySpan<string>)[Kubeconfig, Token])
        {
            OwnFiles.Delete(Path.Combine(folder, name));
            OwnFiles.Delete(AtomicFile.TemporaryOf(Path.Combine(folder, name)));
        }
        if (Directory.Exists(folder) && Directory.GetFileSystemEntries(folder).Length == 0)
            Directory.Delete(folder);
    }

    private static bool IsThere(string path, byte[] content)
    {
        try
        {
            return File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content) && File.GetUnixFileMode(path) == AtomicFile.OwnerOnly;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // JSON is YAML, and needs no rules of quoting.
    private static byte[] Json(string server, byte[] authority)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "Config");
            Entry(json, "clusters", "cluster", () =>
            {
                json.WriteString("server", server);
                json.WriteBase64String("certificate-authority-data", authority);
            });
            Entry(json, "users", "user", () => json.WriteString("tokenFile", Token));
            Entry(json, "contexts", "context", () =>
            {
                json.WriteString("cluster", InstallPaths.Program);
                json.WriteString("user", InstallPaths.Program);
            });
            json.WriteString("current-context", InstallPaths.Program);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Entry(Utf8JsonWriter json, string list, string kind, Action members)
    {
        json.WriteStartArray(list);
        json.WriteStartObject();
        json.WriteString("name", InstallPaths.Program);
        json.WriteStartObject(kind);
        members();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string ServerOfEnvironment()
    {
        string host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") ?? "", port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "";
        if (host.Length == 0 || port.Length == 0)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "nobody says where the API server is: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set",
                "name it with --api-server https://HOST:PORT");
        }
        return host.Contains(':') ? $"https://[{host}]:{port}" : $"https://{host}:{port}";
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            byte[] content = File.ReadAllBytes(path);
            return content.Length > 0 ? content : throw new CniException(CniErrorCode.IOFailure, $"{path} is empty", "the kubelet writes it when it starts the container");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{path}: {e.Message}", "expected a service account's folder with token and ca.crt", e);
        }
    }
}
