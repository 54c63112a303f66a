namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>Where things are: this checkout, and what was built of it.</summary>
internal static class Repository
{
    /// <summary>The checkout's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The native executable under test: <c>MULTINET_BIN</c>, else where <c>./build.sh</c> puts it.</summary>
    public static string MultiNet { get; } = FindMultiNet();

    /// <summary>The folder of the reference plugins: <c>REFERENCE_PLUGINS</c>, which <c>./test.sh</c> sets.</summary>
    public static string ReferencePlugins { get; } = Environment.GetEnvironmentVariable("REFERENCE_PLUGINS")
        ?? throw new InvalidOperationException("REFERENCE_PLUGINS is not set. Run ./test.sh, or REFERENCE_PLUGINS=$(eng/reference-plugins.sh).");

    /// <summary>The path of a file or folder of the checkout.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

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

    private static string FindMultiNet()
    {
        var path = Environment.GetEnvironmentVariable("MULTINET_BIN") ?? PathOf("artifacts", "bin", "multinet");
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{path} is missing. Run ./test.sh, or ./build.sh once, or set MULTINET_BIN.");
    }
}
