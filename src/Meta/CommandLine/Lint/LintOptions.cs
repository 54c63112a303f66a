using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Configuration;
using MultiNet.Meta.Sources.Manifests;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>
/// What is said of the cluster: by the webhook's configuration, then by multinet's own, then by options; each says more than the one before.
/// </summary>
internal static class LintOptions
{
    /// <summary>Reads the options.</summary>
    /// <exception cref="CniException">A file cannot be read, or is not good.</exception>
    /// <exception cref="MisuseException">An unknown rule or action.</exception>
    public static ValidationOptions Read(ParsedArguments arguments)
    {
        var options = arguments.PathValue("--webhook-config") is { } webhook ? OfWebhook(webhook) : ValidationOptions.Default;
        if (arguments.PathValue("--config") is { } file)
        {
            var config = ConfigurationFile.Read(ConfigurationFile.Load(file), file);
            options = options with { NamespaceIsolation = config.NamespaceIsolation, GlobalNamespaces = config.GlobalNamespaces, MultusNamespace = config.MultusNamespace };
        }
        return options with
        {
            Policy = LintPolicy.Read(arguments, options.Policy),
            KnownPlugins = [.. options.KnownPlugins, .. List(arguments, "--known-plugins")],
            NamespaceIsolation = options.NamespaceIsolation || arguments.Has("--namespace-isolation"),
            GlobalNamespaces = arguments.Value("--global-namespaces") is null ? options.GlobalNamespaces : List(arguments, "--global-namespaces"),
            MultusNamespace = arguments.Value("--multus-namespace") ?? options.MultusNamespace,
        };
    }

    // The rest of the file is the webhook's, which refuses what it does not know.
    private static ValidationOptions OfWebhook(string file)
    {
        var fields = JsonFields.Parse(ManifestFiles.ReadBytes(file), file);
        var mutation = fields.Object("mutation");
        return ValidationOptionsReader.Read(fields.Object("validation")) with { InjectsResources = mutation.Bool("enabled") && mutation.Bool("resources", true) };
    }

    private static string[] List(ParsedArguments arguments, string option) =>
        (arguments.Value(option) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
