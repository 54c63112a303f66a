namespace MultiNet.Meta.Installing;

/// <summary>The files of an installation.</summary>
/// <param name="BinDir">The folder of CNI plugins, as it is reached from here.</param>
internal sealed record InstallPaths(string BinDir)
{
    /// <summary>The name of the executable.</summary>
    public const string Program = "multinet";

    /// <summary>The configuration's file: before all others in the alphabet, so that runtimes take it.</summary>
    public const string ConfigName = "00-multinet.conflist";

    /// <summary>The folder beside the configuration that holds the node's credentials. Runtimes read no folders of this name.</summary>
    public const string CredentialsFolder = "multinet.d";

    /// <summary>Put behind the name of a file of other people's that gave way to a link of ours.</summary>
    public const string AsideSuffix = ".before-multinet";

    /// <summary>What was installed here.</summary>
    public string Record => Path.Combine(BinDir, ".multinet-installed.json");

    /// <summary>A file in the folder.</summary>
    public string Of(string name) => Path.Combine(BinDir, name);

    /// <summary>The name of the executable of a version.</summary>
    public static string Versioned(string version) => $"{Program}-{version}";
}
