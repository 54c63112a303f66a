namespace MultiNet.Cni;

/// <summary>
/// The plugin side of the contract: validates a call, runs the plugin, converts its result to the configuration's version. What the
/// reference calls skel.
/// </summary>
public static partial class PluginHost
{
    // An error may quote anything; what carries it further (events, logs, terminals) expects one line of some length.
    private const int MaxMessage = 4000, MaxDetails = 32_000;

    /// <summary>
    /// Runs a plugin within this process, under the same validation and with the same result as if it had been executed.
    /// </summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="call">The call, configuration included. The path may be empty.</param>
    /// <param name="invoker">Runs the plugins to which this one delegates.</param>
    /// <returns>ADD: the result as the configuration's version can say it. Other verbs: null.</returns>
    /// <exception cref="CniException">The plugin's error, or what is wrong with the call; code 999 for an unexpected failure in the plugin.</exception>
    public static CniResult? Invoke(IPlugin plugin, CniCall call, IPluginInvoker invoker)
    {
        CallEnvironment.Validate(call, pathIsRequired: false);
        return Invoke(plugin, call, invoker, Environment.GetEnvironmentVariable);
    }

    private static CniResult? Invoke(IPlugin plugin, CniCall call, IPluginInvoker invoker, Func<string, string?> environment)
    {
        if (call.Verb == CniVerb.Version)
            return null;
        var context = Decode(call, invoker);
        CheckVersion(plugin, call.Verb, context.CniVersion);
        // CHECK, too, enters the namespace; STATUS and GC know none.
        if (call.Verb is CniVerb.Add or CniVerb.Del or CniVerb.Check)
            NetNsGuard.Check(call.NetNs, environment("CNI_NETNS_OVERRIDE"));
        try
        {
            switch (call.Verb)
            {
                case CniVerb.Add:
                    return plugin.Add(context).ConvertTo(context.CniVersion);
                case CniVerb.Del:
                    plugin.Del(context);
                    return null;
                case CniVerb.Check:
                    plugin.Check(context);
                    return null;
                case CniVerb.Status:
                    plugin.Status(context);
                    return null;
                default:
                    plugin.Gc(context);
                    return null;
            }
        }
        catch (CniException e) when (!IsPrintable(e.Message, MaxMessage) || !IsPrintable(e.Details, MaxDetails))
        {
            // As it would be after it was printed and read again.
            throw new CniException(e.Code, Shortened.Text(e.Message, MaxMessage), Shortened.Text(e.Details, MaxDetails), e);
        }
        catch (Exception e) when (e is not CniException)
        {
            throw Unexpected(e, plugin.Type);
        }
    }

    private static bool IsPrintable(string text, int max)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c))
                return false;
        }
        return text.Length <= max;
    }

    private static PluginContext Decode(CniCall call, IPluginInvoker invoker)
    {
        PluginContext context;
        try
        {
            context = new PluginContext(call, invoker);
        }
        catch (CniException e)
        {
            throw e.Prefixed("error unmarshall network config: ");
        }
        if (context.NetworkName.Length == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "missing network name", "the configuration has no \"name\"");
        NetworkName.Validate(context.NetworkName);
        return context;
    }

    private static void CheckVersion(IPlugin plugin, CniVerb verb, string version)
    {
        string since = verb switch
        {
            CniVerb.Check => "0.4.0",
            CniVerb.Status or CniVerb.Gc => "1.1.0",
            _ => "0.0.0",
        };
        bool supported = false, newEnough = false;
        foreach (string own in plugin.SupportedVersions)
        {
            supported |= own == version;
            newEnough |= CniVersion.AtLeast(own, since);
        }
        // A version that is no version at all is reported as not supported, whatever the verb.
        if (CniVersion.TryParse(version, out _))
        {
            if (!CniVersion.AtLeast(version, since))
            {
                throw new CniException(
                    CniErrorCode.IncompatibleCniVersion, $"config version does not allow {CniVerbName.Of(verb)}",
                    $"the configuration is of version {version}; {CniVerbName.Of(verb)} exists since {since}");
            }
            if (!newEnough)
            {
                throw new CniException(
                    CniErrorCode.IncompatibleCniVersion, $"plugin version does not allow {CniVerbName.Of(verb)}",
                    $"{plugin.Type} supports {string.Join(", ", plugin.SupportedVersions)}; {CniVerbName.Of(verb)} exists since {since}");
            }
        }
        if (!supported)
        {
            throw new CniException(
                CniErrorCode.IncompatibleCniVersion, "incompatible CNI versions",
                $"config is \"{Shortened.Text(version, 64)}\", plugin supports [\"{string.Join("\" \"", plugin.SupportedVersions)}\"]");
        }
    }

    private static CniException Unexpected(Exception e, string type) => new(
        CniErrorCode.Internal, $"{type}: unexpected {e.GetType().Name}: {Shortened.Text(e.Message, 1024)}", Shortened.Text(e.StackTrace ?? "", 4096), e);
}
