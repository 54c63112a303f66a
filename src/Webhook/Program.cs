using MultiNet.Cni;
using MultiNet.Hosting.Credentials;
using MultiNet.Hosting.Logging;
using MultiNet.Hosting.Memory;
using MultiNet.Kubernetes;
using MultiNet.Meta.CommandLine;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Knowledge;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook;

/// <summary>The executable <c>multinet-webhook</c>.</summary>
internal static class Program
{
    private static readonly CommandSyntax s_syntax = new(
        "multinet-webhook", "answers the API server's admission reviews: bad definitions and bad network annotations of pods are refused",
        [
            new OptionSyntax("--config", "FILE", $"the configuration (JSON; docs/webhook.md); {WebhookConfig.DefaultFile} where it is there"),
            new OptionSyntax("--kubeconfig", "FILE", "how to reach the API server, instead of the configuration's; without, as a pod does"),
            new OptionSyntax("--check-config", null, "read the configuration, say what is wrong with it, and end"),
            new OptionSyntax("--version", null, "print the version and end"),
        ])
    {
        Program = "",
        Notes = "Runs until SIGTERM or SIGINT; a second one ends it without waiting for the API server.\n\n"
            + "Exit code: 0 stopped as it was told, or the configuration is good; 1 it cannot work, or the configuration is not good; 2 misuse.\n"
            + "The log is JSON on the standard error.",
    };

    private static int Main(string[] args) => Run(args, Console.Out, Console.Error);

    /// <summary>Runs the webhook.</summary>
    /// <returns>0: stopped as told; 1: it cannot work; 2: misuse.</returns>
    internal static int Run(string[] args, TextWriter output, TextWriter error) => StayingProgram.Run(s_syntax, args, output, error, arguments =>
    {
        string file = arguments.PathValue("--config") ?? (File.Exists(WebhookConfig.DefaultFile) ? WebhookConfig.DefaultFile : "");
        var config = file.Length > 0 ? WebhookConfigReader.Load(file) : new WebhookConfig();
        if (arguments.PathValue("--kubeconfig") is { } kubeconfig)
            config = config with { Kubeconfig = kubeconfig };
        if (arguments.Has("--check-config"))
            output.Write(file.Length > 0 ? $"{file}: good\n" : "no configuration: the defaults hold\n");
        else
            Serve(config, file);
    });

    private static void Serve(WebhookConfig config, string file)
    {
        NativeHeap.Share();
        var log = new DaemonLog(Console.OpenStandardError(), config.LogLevel);
        using var stop = new CancellationTokenSource();
        using var hurry = new CancellationTokenSource();
        using var signals = StayingProgram.OnSignals(() => (stop.IsCancellationRequested ? hurry : stop).Cancel());
        using var daemon = new WebhookDaemon(Assemble(config, file, log), log);
        daemon.RunAsync(stop.Token, hurry.Token).GetAwaiter().GetResult();
    }

    private static WebhookParts Assemble(WebhookConfig config, string file, DaemonLog log)
    {
        var metrics = new WebhookMetrics();
        var certificates = config.Certificates;
        var api = Client(config);
        var parts = new WebhookParts { Config = config, Certificate = new NoCertificate(), Metrics = metrics, ConfigFile = file };
        if (certificates.Mode == CertificateMode.Files)
        {
            var files = new CertificateFiles(certificates.CertFile, certificates.KeyFile, log, metrics, TimeProvider.System);
            parts = parts with { Certificate = files, Loops = [files] };
        }
        else
        {
            var own = new SelfManagedCertificate(
                api ?? throw Unreachable(), new ObjectKey(certificates.SecretNamespace, certificates.SecretName), certificates.ServiceName, certificates.WebhookConfigurations, log, metrics, TimeProvider.System);
            parts = parts with { Certificate = own, Loops = [own] };
        }
        return KnowledgeOf(config, api, parts, log) is { } knowledge ? parts with { Knowledge = knowledge, Loops = [.. parts.Loops, .. knowledge.Loops] } : parts;
    }

    private static ClusterKnowledge? KnowledgeOf(WebhookConfig config, ApiServerClient? api, WebhookParts parts, DaemonLog log)
    {
        var metrics = parts.Metrics;
        if (config.ClusterKnowledge == ClusterKnowledgeUse.Off)
            return null;
        if (api is null && config.ClusterKnowledge == ClusterKnowledgeUse.Required)
            throw Unreachable();
        if (api is null)
        {
            log.Warning("it is not known how to reach the API server: rules that compare with other objects are skipped", new LogSubject { Part = "cache" });
            return null;
        }
        var knowledge = new ClusterKnowledge(api, new ClusterKnowledgeOptions
        {
            MultusNamespace = config.Validation.MultusNamespace,
            Nodes = config.WatchNodes,
            Workloads = config.AskWorkloads,
            PodRead = parts.Allocations.Check,
            Failed = (cache, e) =>
            {
                metrics.WatchFailures.Add(1, cache);
                log.Warning($"cannot follow {cache}, trying again: {e.Message}", new LogSubject { Part = "cache" });
            },
        });
        metrics.DefinitionsInUse.Set(() => knowledge.Uses().Count);
        metrics.DefinitionUse.Set(() => DefinitionUse.Of(knowledge.Uses()));
        return knowledge;
    }

    /// <summary>The API server's client; null where it is not known how to reach it.</summary>
    internal static ApiServerClient? Client(WebhookConfig config)
    {
        if ((config.Kubeconfig.Length > 0 ? KubeConfig.Load([config.Kubeconfig]) : InClusterConfig.Load()) is not { } cluster)
            return null;
        // Every part tries again by itself.
        return new ApiServerClient(cluster, $"multinet-webhook/{ProgramVersion.Version} (linux)", new CredentialProgram())
        {
            Retry = new RetryPolicy { Attempts = 1, AttemptTimeout = TimeSpan.FromSeconds(15) },
        };
    }

    private static CniException Unreachable() => new(
        CniErrorCode.InvalidNetworkConfig, "it is not known how to reach the API server",
        "give a kubeconfig (--kubeconfig, or the key \"kubeconfig\"), or run in a pod with a service account");
}
