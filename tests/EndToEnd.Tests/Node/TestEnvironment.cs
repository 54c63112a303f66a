using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.Node;

/// <summary>What <c>./test.sh</c> prepared, or what stands where it would have put it.</summary>
internal static class TestEnvironment
{
    /// <summary>The native executable under test.</summary>
    public static string MultiNet { get; } = Find(
        "MULTINET_BIN", Path.Combine(RepositoryRoot(), "artifacts", "bin", "multinet"), "./build.sh");

    /// <summary>The folder of the newest reference plugins.</summary>
    public static string ReferencePlugins { get; } = FindPlugins("REFERENCE_PLUGINS", "sid");

    /// <summary>The folder of the reference plugins that nodes with Debian 12 have (1.1.1).</summary>
    public static string BookwormPlugins { get; } = FindPlugins("REFERENCE_PLUGINS_BOOKWORM", "bookworm");

    /// <summary>The plugins that are built in, as the executable itself tells.</summary>
    public static IReadOnlyList<string> BuiltInPlugins { get; } = ReadBuiltInPlugins();

    /// <summary>The text of a file in <c>data/</c>.</summary>
    public static string Data(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", name));

    /// <summary>The text of a script that is part of this assembly.</summary>
    public static string Script(string name)
    {
        using var stream = typeof(TestEnvironment).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no embedded script {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A folder of examples/.</summary>
    public static string Examples(string folder) => Path.Combine(RepositoryRoot(), "examples", folder);

    private static IReadOnlyList<string> ReadBuiltInPlugins()
    {
        var version = Command.RunAsync([MultiNet, "version", "-o", "json"]).GetAwaiter().GetResult().MustSucceed("multinet version").Output;
        return [.. JsonNode.Parse(version)!["builtinPlugins"]!.AsArray().Select(p => p!.GetValue<string>())];
    }

    private static string FindPlugins(string variable, string suite)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".cache");
        return Path.GetDirectoryName(Find(
            variable, Path.Combine(cache, "multinet", "reference-plugins", suite), $"eng/reference-plugins.sh {suite}", "bridge"))!;
    }

    private static string Find(string variable, string otherwise, string maker, string file = "")
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable(variable) ?? otherwise, file).TrimEnd('/');
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{path} is missing. Run ./test.sh, or {maker} once, or set {variable}.");
    }

    private static string RepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "MultiNet.sln")))
            {
                return folder;
            }
        }

        return AppContext.BaseDirectory;
    }
}
