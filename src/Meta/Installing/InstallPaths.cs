namespace MultiNet.Meta.Installing;

/// <summary>The files of an installation.</summary>
/// <param name="BinDir">The folder of CNI plugins.</param>
internal sealed record InstallPaths(string BinDir)
{
    /// <summary>The name of the executable.</summary>
    public const string Program = "multinet";

    /// <summary>The configuration's file: before all others in the alphabet, so that runtimes take it.</summary>
    public const string ConfigName = "00-multinet.conflist";

    /// <summary>Put behind the name of a file of other people's that gave way to a link of ours.</summary>
    public const string AsideSuffix = ".before-multinet";

    /// <summary>What was installed here.</summary>
    public string Record => Path.Combine(BinDir, ".multinet-installed.json");

    /// <summary>Held while somebody installs or uninstalls.</summary>
    public string Lock => Path.Combine(BinDir, ".multinet-install.lock");

    /// <summary>A file in the folder.</summary>
    public string Of(string name) => Path.Combine(BinDir, name);

    /// <summary>The name of the executable of a version.</summary>
    public static string Versioned(string version) => $"{Program}-{version}";
}
