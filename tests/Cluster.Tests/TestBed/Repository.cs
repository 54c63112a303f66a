namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>Where things are: this checkout, and what was built of it.</summary>
internal static class Repository
{
    /// <summary>The checkout's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the reference plugins: <c>REFERENCE_PLUGINS</c>, which <c>./test.sh</c> sets.</summary>
    public static string ReferencePlugins => Environment.GetEnvironmentVariable("REFERENCE_PLUGINS")
        ?? throw new InvalidOperationException("REFERENCE_PLUGINS is not set. Run ./test.sh, or REFERENCE_PLUGINS=$(eng/reference-plugins.sh).");

    /// <summary>The path of a file or folder of the checkout.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The folder of the native executables under test: that of <c>MULTINET_BIN</c>, else where <c>./build.sh</c> puts them.</summary>
    public static string Executables { get; } = FindExecutables();

    /// <summary>The executable <c>multinet</c> under test.</summary>
    public static string MultiNet => Path.Combine(Executables, "multinet");

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "MultiNet.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a checkout of MultiNet");
    }

    private static string FindExecutables()
    {
        var folder = Environment.GetEnvironmentVariable("MULTINET_BIN") is { Length: > 0 } multinet ? Path.GetDirectoryName(multinet)! : PathOf("artifacts", "bin");
        return new[] { "multinet", "multinetd", "multinet-webhook" }.FirstOrDefault(n => !File.Exists(Path.Combine(folder, n))) is { } missing
            ? throw new InvalidOperationException($"{folder}/{missing} is missing. Run ./test.sh, or ./build.sh once, or set MULTINET_BIN.")
            : folder;
    }
}
