using System.Text;

namespace MultiNet.Kubernetes.KubeConfigs;

/// <summary>One file. Paths in it are relative to its folder.</summary>
internal sealed class KubeConfigFile(string file, ConfigNode root)
{
    /// <summary>Where it is.</summary>
    public string Location => file;

    /// <summary>The token that a user has in a file by now; empty where there is none, or the file cannot be read.</summary>
    public static string TokenOf(string file, string user)
    {
        try
        {
            foreach (var entry in new KubeConfigFile(file, ConfigText.Read(file, KubeConfig.ReadFile(file))).Entries("users"))
            {
                if (entry["name"].AsText() == user)
                    return entry["user"]["token"].AsText();
            }
        }
        catch (KubeConfigException)
        {
            // Half-written, perhaps: it is read again when the token is refused again.
        }
        return "";
    }

    /// <summary><c>current-context</c>, or empty.</summary>
    public string CurrentContext => root["current-context"].AsText();

    /// <summary>The entries of <c>clusters</c>, <c>users</c> or <c>contexts</c>.</summary>
    public IReadOnlyList<ConfigNode> Entries(string kind) => root[kind].Items;

    /// <summary>Reads a cluster.</summary>
    /// <exception cref="KubeConfigException">A value cannot be.</exception>
    public KubeConfigCluster ReadCluster(ConfigNode cluster)
    {
        string proxy = cluster["proxy-url"].AsText();
        bool insecure = cluster["insecure-skip-tls-verify"].AsBoolean();
        var (authority, authorityFile) = DataOrFile(cluster, "certificate-authority");
        if (insecure && (authority.Length > 0 || authorityFile.Length > 0))
            throw new KubeConfigException($"{cluster.PathOf("insecure-skip-tls-verify")}: not together with a certificate authority, which would not be used");
        return new KubeConfigCluster
        {
            Server = ReadUri(cluster["server"]),
            CertificateAuthority = authority,
            CertificateAuthorityFile = authorityFile,
            InsecureSkipTlsVerify = insecure,
            TlsServerName = cluster["tls-server-name"].AsText(),
            Proxy = proxy.Length == 0 ? null : ReadUri(cluster["proxy-url"]),
            DisableCompression = cluster["disable-compression"].AsBoolean(),
        };
    }

    /// <summary>Reads a user.</summary>
    /// <exception cref="KubeConfigException">A value cannot be, or is of a kind that is not supported: it is never passed over silently.</exception>
    public KubeConfigUser ReadUser(ConfigNode user)
    {
        foreach (string unsupported in (ReadOnlySpan<string>)["username", "password", "auth-provider", "as", "as-uid", "as-groups", "as-user-extra"])
        {
            if (!user[unsupported].IsNull)
                throw new KubeConfigException($"{user.PathOf(unsupported)} is not supported; use a certificate, a token, a tokenFile or exec");
        }
        var (certificate, certificateFile) = DataOrFile(user, "client-certificate");
        var (key, keyFile) = DataOrFile(user, "client-key");
        bool hasCertificate = certificate.Length > 0 || certificateFile.Length > 0, hasKey = key.Length > 0 || keyFile.Length > 0;
        if (hasCertificate != hasKey)
            throw new KubeConfigException($"{user.PathOf(hasCertificate ? "client-key" : "client-certificate")} is missing; certificate and key belong together");
        return new KubeConfigUser
        {
            ClientCertificate = certificate,
            ClientCertificateFile = certificateFile,
            ClientKey = key,
            ClientKeyFile = keyFile,
            Token = user["token"].AsText(),
            TokenFile = Absolute(user["tokenFile"].AsText()),
            Exec = user["exec"].IsNull ? null : ReadExec(user["exec"]),
        };
    }

    private ExecCredentialCommand ReadExec(ConfigNode exec)
    {
        string command = exec["command"].AsText(), version = exec["apiVersion"].AsText();
        if (command.Length == 0)
            throw new KubeConfigException($"{exec.PathOf("command")} is missing");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw new KubeConfigException($"{exec.PathOf("apiVersion")}: expected client.authentication.k8s.io/v1 or /v1beta1, found \"{version}\"");
        if (exec["interactiveMode"].AsText() is var mode and not ("" or "Never" or "IfAvailable"))
            throw new KubeConfigException($"{exec.PathOf("interactiveMode")}: \"{mode}\": nobody is there to answer; expected Never or IfAvailable");
        var arguments = new List<string>();
        foreach (var argument in exec["args"].Items)
            arguments.Add(argument.AsText());
        var environment = new List<KeyValuePair<string, string>>();
        foreach (var variable in exec["env"].Items)
            environment.Add(new(variable["name"].AsText(), variable["value"].AsText()));
        return new ExecCredentialCommand
        {
            // A name without a slash is found on PATH.
            Command = command.Contains('/') ? Absolute(command) : command,
            Arguments = arguments,
            Environment = environment,
            ApiVersion = version,
            ProvideClusterInfo = exec["provideClusterInfo"].AsBoolean(),
            InstallHint = exec["installHint"].AsText(),
        };
    }

    // KEY-data has precedence over KEY, as with kubectl.
    private (string Data, string File) DataOrFile(ConfigNode holder, string key)
    {
        var data = holder[key + "-data"];
        if (data.AsText() is not { Length: > 0 } encoded)
            return ("", Absolute(holder[key].AsText()));
        try
        {
            return (Encoding.UTF8.GetString(Convert.FromBase64String(encoded)), "");
        }
        catch (FormatException)
        {
            throw new KubeConfigException($"{data.Path}: not base64");
        }
    }

    private string Absolute(string path) => path.Length == 0 ? "" : Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);

    private static Uri ReadUri(ConfigNode node)
    {
        string text = node.AsText();
        // Without a scheme kubectl takes http for it; that is never meant today.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw new KubeConfigException($"{node.Path}: expected a URL such as https://10.0.0.1:6443, found \"{text}\"");
        return uri;
    }
}
