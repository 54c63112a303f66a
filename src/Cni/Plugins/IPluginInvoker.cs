namespace MultiNet.Cni;

/// <summary>Runs plugins by type: in this process, or as executables found on <c>CNI_PATH</c>.</summary>
public interface IPluginInvoker
{
    /// <summary>Runs one plugin.</summary>
    /// <returns>ADD: the result, in the version in which the plugin printed it (empty version filled from the configuration). Other verbs: null.</returns>
    /// <exception cref="CniException">The plugin's own error, or why it could not be run.</exception>
    CniResult? Invoke(string type, CniCall call);

    /// <summary>Where would a plugin of this type come from?</summary>
    /// <exception cref="CniException">The type is invalid, or found nowhere.</exception>
    PluginSource Resolve(string type, IReadOnlyList<string> path);
}
