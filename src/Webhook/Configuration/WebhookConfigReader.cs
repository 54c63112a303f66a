using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Hosting.Configuration;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Configuration;

/// <summary>Reads the webhook's configuration.</summary>
internal static class WebhookConfigReader
{
    /// <summary>Reads a file, and what belongs to it beside it.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 6: not JSON, or a value of another type. Code 7: an unknown key, a value out of range.</exception>
    public static WebhookConfig Load(string path) => WebhookConfigFiles.Load(path, Read);

    /// <summary>Reads the text.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static WebhookConfig Read(ReadOnlyMemory<byte> json, string origin)
    {
        var fields = JsonFields.Parse(json, origin);
        ConfigValues.RefuseUnknown(
            fields, "listen", "healthListen", "kubeconfig", "clusterKnowledge", "watchNodes", "askWorkloads", "certificates", "validation", "mutation", "limits", "drainSeconds", "logLevel");
        var defaults = new WebhookConfig();
        return new WebhookConfig
        {
            Listen = fields.Has("listen") ? ConfigValues.EndPoint(fields, "listen", "0.0.0.0:8443", mayBeOff: false)! : defaults.Listen,
            HealthListen = fields.Has("healthListen") ? ConfigValues.EndPoint(fields, "healthListen", "127.0.0.1:8081", mayBeOff: true) : defaults.HealthListen,
            Kubeconfig = ConfigValues.AbsolutePath(fields, "kubeconfig", defaults.Kubeconfig),
            ClusterKnowledge = StrictKeys.Word(fields, "clusterKnowledge", defaults.ClusterKnowledge, ("off", ClusterKnowledgeUse.Off), ("optional", ClusterKnowledgeUse.Optional), ("required", ClusterKnowledgeUse.Required)),
            WatchNodes = fields.Bool("watchNodes", defaults.WatchNodes),
            AskWorkloads = fields.Bool("askWorkloads", defaults.AskWorkloads),
            Certificates = ReadCertificates(fields.Object("certificates"), defaults.Certificates),
            Validation = ValidationOptionsReader.Read(fields.Object("validation")),
            Mutation = ReadMutation(fields.Object("mutation"), defaults.Mutation),
            Limits = ReadLimits(fields.Object("limits"), defaults.Limits),
            Drain = ConfigValues.Seconds(fields, "drainSeconds", defaults.Drain, 0, 300),
            LogLevel = ConfigValues.LogLevel(fields, "logLevel", defaults.LogLevel),
        };
    }

    private static CertificateConfig ReadCertificates(JsonFields fields, CertificateConfig defaults)
    {
        ConfigValues.RefuseUnknown(fields, "mode", "certFile", "keyFile", "secretNamespace", "secretName", "serviceName", "webhookConfigurations");
        return new CertificateConfig
        {
            Mode = StrictKeys.Word(fields, "mode", defaults.Mode, ("self", CertificateMode.Self), ("files", CertificateMode.Files)),
            CertFile = ConfigValues.AbsolutePath(fields, "certFile", defaults.CertFile),
            KeyFile = ConfigValues.AbsolutePath(fields, "keyFile", defaults.KeyFile),
            SecretNamespace = Name(fields, "secretNamespace", defaults.SecretNamespace),
            SecretName = Name(fields, "secretName", defaults.SecretName),
            ServiceName = Name(fields, "serviceName", defaults.ServiceName),
            WebhookConfigurations = fields.Has("webhookConfigurations") ? fields.Strings("webhookConfigurations") : defaults.WebhookConfigurations,
        };
    }

    private static MutationOptions ReadMutation(JsonFields fields, MutationOptions defaults)
    {
        ConfigValues.RefuseUnknown(fields, "enabled", "resources", "nodeAffinity", "namespaceDefaults", "interfaceNames");
        return new MutationOptions
        {
            Enabled = fields.Bool("enabled", defaults.Enabled),
            Resources = fields.Bool("resources", defaults.Resources),
            NodeAffinity = fields.Bool("nodeAffinity", defaults.NodeAffinity),
            NamespaceDefaults = fields.Bool("namespaceDefaults", defaults.NamespaceDefaults),
            InterfaceNames = fields.Bool("interfaceNames", defaults.InterfaceNames),
        };
    }

    private static LimitConfig ReadLimits(JsonFields fields, LimitConfig defaults)
    {
        ConfigValues.RefuseUnknown(
            fields, "bodyBytes", "totalBodyBytes", "reviews", "connections", "headerSeconds", "bodyBytesPerSecond", "idleSeconds", "reviewSeconds");
        return new LimitConfig
        {
            BodyBytes = ConfigValues.Number(fields, "bodyBytes", defaults.BodyBytes, 64 * 1024, 64 * 1024 * 1024),
            TotalBodyBytes = ConfigValues.Number(fields, "totalBodyBytes", defaults.TotalBodyBytes, 64 * 1024, 1024 * 1024 * 1024),
            Reviews = ConfigValues.Number(fields, "reviews", defaults.Reviews, 1, 10_000),
            Connections = ConfigValues.Number(fields, "connections", defaults.Connections, 16, 65_536),
            Header = ConfigValues.Seconds(fields, "headerSeconds", defaults.Header, 1, 60),
            BodyBytesPerSecond = ConfigValues.Number(fields, "bodyBytesPerSecond", defaults.BodyBytesPerSecond, 1, 1024 * 1024),
            Idle = ConfigValues.Seconds(fields, "idleSeconds", defaults.Idle, 5, 3600),
            Review = ConfigValues.Seconds(fields, "reviewSeconds", defaults.Review, 1, 30),
        };
    }

    // What may stand in a path of the API and in a host name.
    private static string Name(JsonFields fields, string key, string fallback)
    {
        string name = fields.String(key, fallback);
        return KubernetesName.IsSubdomain(name)
            ? name
            : throw ConfigValues.Invalid(fields.PathOf(key), name, "no name", "expected the name of an object: lower case letters, digits, '-' and '.'");
    }
}
