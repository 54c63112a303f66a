using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>
/// Credentials that a program prints (client.authentication.k8s.io/v1). They are kept until half a minute before they expire, got once
/// however many callers wait, and thrown away when the server refuses them.
/// </summary>
internal sealed class ExecCredential(ExecCredentialCommand command, KubeConfigCluster cluster, ICommandRunner runner, TimeProvider time) : ICredential
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private Task<Kept>? _running;
    private Kept? _kept;

    /// <inheritdoc/>
    public async ValueTask<Proof> GetAsync(CancellationToken cancellationToken)
    {
        Task<Kept> running;
        lock (_lock)
        {
            if (_kept is { } kept && kept.Until > time.GetUtcNow())
                return kept.Proof;
            running = _running ??= Task.Run(RunAsync, CancellationToken.None);
        }
        // Several may wait for the one program; who gives up does not end it for the others.
        return (await running.WaitAsync(cancellationToken).ConfigureAwait(false)).Proof;
    }

    /// <inheritdoc/>
    public bool Refresh(Proof refused)
    {
        lock (_lock)
        {
            if (_kept is { } kept && ReferenceEquals(kept.Proof, refused))
                _kept = null;
        }
        return true;
    }

    private async Task<Kept> RunAsync()
    {
        using var deadline = new CancellationTokenSource(s_patience, time);
        try
        {
            var kept = Read(await runner.RunAsync(command, ExecInfo(), deadline.Token).ConfigureAwait(false));
            lock (_lock)
                _kept = kept;
            return kept;
        }
        catch (OperationCanceledException)
        {
            throw Bad($"no end after {s_patience.TotalSeconds:0} seconds");
        }
        finally
        {
            lock (_lock)
                _running = null;
        }
    }

    private string ExecInfo()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", command.ApiVersion);
            writer.WriteString("kind", "ExecCredential");
            writer.WriteStartObject("spec");
            writer.WriteBoolean("interactive", false);
            if (command.ProvideClusterInfo)
                WriteCluster(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void WriteCluster(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("cluster");
        writer.WriteString("server", cluster.Server.OriginalString);
        if (cluster.TlsServerName.Length > 0)
            writer.WriteString("tls-server-name", cluster.TlsServerName);
        if (cluster.InsecureSkipTlsVerify)
            writer.WriteBoolean("insecure-skip-tls-verify", true);
        string authority = new PemSource(cluster.CertificateAuthority, cluster.CertificateAuthorityFile, time).Text;
        if (authority.Length > 0)
            writer.WriteString("certificate-authority-data", Convert.ToBase64String(Encoding.UTF8.GetBytes(authority)));
        if (cluster.Proxy is { } proxy)
            writer.WriteString("proxy-url", proxy.OriginalString);
        writer.WriteEndObject();
    }

    private Kept Read(ReadOnlyMemory<byte> printed)
    {
        try
        {
            using var document = JsonDocument.Parse(printed);
            if (Text(document.RootElement, "apiVersion") is var version && version != command.ApiVersion)
                throw Bad($"expected apiVersion {command.ApiVersion}, found \"{version}\"");
            if (!document.RootElement.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
                throw Bad("it printed no \"status\"");
            string token = Text(status, "token"), certificate = Text(status, "clientCertificateData"), key = Text(status, "clientKeyData");
            if (token.Length == 0 && certificate.Length == 0)
                throw Bad("\"status\" holds neither a token nor a certificate");
            var proof = certificate.Length > 0 ? CertificateCredential.Make(certificate, key, command.Command) : Proof.None;
            if (token.Length > 0)
                proof = proof with { Authorization = new AuthenticationHeaderValue("Bearer", token) };
            return new Kept(proof, Until(Text(status, "expirationTimestamp")));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Bad($"what it printed is no ExecCredential: {e.Message}");
        }
    }

    private static DateTimeOffset Until(string expiration) => expiration.Length == 0
        ? DateTimeOffset.MaxValue
        : DateTimeOffset.Parse(expiration, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - s_margin;

    private static string Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private KubeConfigException Bad(string problem) => new($"the credential program {command.Command}: {problem}");

    private sealed record Kept(Proof Proof, DateTimeOffset Until);
}
