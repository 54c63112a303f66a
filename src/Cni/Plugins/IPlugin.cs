namespace MultiNet.Cni;

/// <summary>
/// A built-in plugin. The host has validated the environment and the configuration's name and version before it calls; the plugin
/// throws <see cref="CniException"/> for expected failures. An instance serves one call at a time and keeps no state between calls.
/// </summary>
public interface IPlugin
{
    /// <summary>The plugin's type, which is also the name of its executable.</summary>
    string Type { get; }

    /// <summary>What the plugin is, in one line; printed when it is started by hand.</summary>
    string About { get; }

    /// <summary>Supported versions of the specification, oldest first.</summary>
    IReadOnlyList<string> SupportedVersions { get; }

    /// <summary>Attaches. Undoes what it did before it throws.</summary>
    /// <returns>The result in the newest form; the host converts it to the configuration's version.</returns>
    CniResult Add(PluginContext context);

    /// <summary>Detaches. Succeeds when there is nothing left to detach; releases all that it can before it reports a failure.</summary>
    void Del(PluginContext context);

    /// <summary>Is the attachment as ADD left it? Throws when not.</summary>
    void Check(PluginContext context);

    /// <summary>Could an ADD be served now? Throws code 50 or 51 when not.</summary>
    void Status(PluginContext context);

    /// <summary>Releases what belongs to no attachment of <see cref="PluginContext.ValidAttachments"/>; reports all failures at the end.</summary>
    void Gc(PluginContext context);
}
