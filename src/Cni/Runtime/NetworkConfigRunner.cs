using System.Diagnostics;

namespace MultiNet.Cni;

/// <summary>
/// The runtime side of the contract: runs the plugins of a configuration, one verb at a time (CNI specification 1.1, section 3).
/// It keeps no state; the caller stores configuration and result between the verbs (see <see cref="ResultCache"/>).
/// </summary>
public sealed partial class NetworkConfigRunner
{
    private readonly IPluginInvoker _invoker;
    private readonly IReadOnlyList<string> _path;

    /// <summary>Makes a runner.</summary>
    /// <param name="invoker">Runs single plugins.</param>
    /// <param name="path">The folders of <c>CNI_PATH</c>.</param>
    public NetworkConfigRunner(IPluginInvoker invoker, IReadOnlyList<string> path)
    {
        _invoker = invoker;
        _path = path;
    }

    /// <summary>Called after each plugin, on the calling thread, for progress and timing.</summary>
    public Action<PluginRun>? OnPlugin { get; init; }

    /// <summary>Attaches: the plugins in order, each with its predecessor's result. Stops at the first error; undoing it is the caller's DEL.</summary>
    /// <returns>The last plugin's result, in the newest form.</returns>
    /// <exception cref="CniException">Codes 3, 4, 7: an invalid id or name. Otherwise the plugin's own code, its message after <c>plugin type="x" name="y" failed (add): </c>.</exception>
    public CniResult Add(NetworkConfigList list, RuntimeConfig runtime, Deadline deadline = default)
    {
        ContainerId.Validate(runtime.ContainerId);
        NetworkName.Validate(list.Name);
        InterfaceName.Validate(runtime.IfName);
        CniResult? result = null;
        foreach (var plugin in list.Plugins)
        {
            try
            {
                result = Run(list, plugin, CallFor(CniVerb.Add, runtime, deadline), ConfigFor(list, plugin, runtime, result))
                    ?? new CniResult { CniVersion = list.CniVersion };
            }
            catch (CniException e)
            {
                throw Wrapped(e, plugin, list, "add");
            }
        }
        return result!;
    }

    /// <summary>
    /// Detaches: the plugins in reverse order, each with the final result of ADD. A plugin that fails does not keep the others from
    /// releasing what is theirs (the reference stops there, and leaks); the failures are reported together at the end.
    /// </summary>
    /// <param name="list">The configuration with which ADD was made.</param>
    /// <param name="runtime">The attachment.</param>
    /// <param name="prevResult">The result of ADD, or null where it is not known.</param>
    /// <param name="deadline">By when to have ended; each plugin may use three quarters of what is left, the last one all of it.</param>
    /// <param name="wasAdded">
    /// False where ADD never succeeded: then a plugin that refuses its configuration (codes 1, 6 and 7) refused it then, too, and holds
    /// nothing. It would refuse it for ever, and the sandbox could never be removed.
    /// </param>
    /// <exception cref="CniException">The first failure's code; all messages.</exception>
    public void Del(NetworkConfigList list, RuntimeConfig runtime, CniResult? prevResult, Deadline deadline = default, bool wasAdded = true)
    {
        if (!CniVersion.AtLeast(list.CniVersion, "0.4.0"))
            prevResult = null; // only since 0.4.0 does DEL carry it
        var failures = new FailureList();
        for (int i = list.Plugins.Count - 1; i >= 0; i--)
        {
            var plugin = list.Plugins[i];
            try
            {
                var until = i == 0 ? deadline : deadline.Leaving(0.25);
                Run(list, plugin, CallFor(CniVerb.Del, runtime, until), ConfigFor(list, plugin, runtime, prevResult));
            }
            catch (CniException e)
            {
                if (wasAdded || !RefusesConfiguration(e))
                    failures.Add(Wrapped(e, plugin, list, "delete"));
            }
        }
        failures.ThrowIfAny();
    }

    /// <summary>Is the attachment as ADD left it? Nothing is asked where <c>disableCheck</c> is set. Stops at the first failure.</summary>
    /// <exception cref="CniException">Code 1: the configuration's version has no CHECK. Otherwise the plugin's own error, unchanged.</exception>
    public void Check(NetworkConfigList list, RuntimeConfig runtime, CniResult? prevResult, Deadline deadline = default)
    {
        if (!CniVersion.AtLeast(list.CniVersion, "0.4.0"))
        {
            throw new CniException(
                CniErrorCode.IncompatibleCniVersion, $"configuration version \"{list.CniVersion}\" does not support the CHECK command",
                $"network {list.Name}: CHECK exists since 0.4.0");
        }
        if (list.DisableCheck)
            return;
        foreach (var plugin in list.Plugins)
            Run(list, plugin, CallFor(CniVerb.Check, runtime, deadline), ConfigFor(list, plugin, runtime, prevResult));
    }

    /// <summary>Could an ADD be served now? A configuration older than 1.1.0 cannot be asked, and passes. Stops at the first failure.</summary>
    /// <exception cref="CniException">The plugin's own error, unchanged: codes 50 and 51 mean something to the runtime.</exception>
    public void Status(NetworkConfigList list, Deadline deadline = default)
    {
        if (!CniVersion.AtLeast(list.CniVersion, "1.1.0"))
            return;
        foreach (var plugin in list.Plugins)
            Run(list, plugin, new CniCall { Verb = CniVerb.Status, Path = _path, Deadline = deadline }, plugin.Build(list.Name, list.CniVersion, []));
    }

    /// <summary>
    /// Tells every plugin which attachments are still in use, so that it releases everything else. Nothing is called where
    /// <c>disableGC</c> is set or the configuration is older than 1.1.0. Continues over failures.
    /// </summary>
    /// <exception cref="CniException">The first failure's code; all messages.</exception>
    public void Gc(NetworkConfigList list, IReadOnlyList<GcAttachment> valid, Deadline deadline = default)
    {
        if (list.DisableGc || !CniVersion.AtLeast(list.CniVersion, "1.1.0"))
            return;
        byte[] attachments = Print(valid);
        var failures = new FailureList();
        for (int i = 0; i < list.Plugins.Count; i++)
        {
            var plugin = list.Plugins[i];
            try
            {
                // Both keys: the specification names the first, released plugins read the second (cni issue 1101).
                byte[] config = plugin.Build(
                    list.Name, list.CniVersion, [new("cni.dev/valid-attachments", attachments), new("cni.dev/attachments", attachments)]);
                var until = i == list.Plugins.Count - 1 ? deadline : deadline.Leaving(0.25);
                Run(list, plugin, new CniCall { Verb = CniVerb.Gc, Path = _path, Deadline = until }, config);
            }
            catch (CniException e)
            {
                failures.Add(Wrapped(e, plugin, list, "gc"));
            }
        }
        failures.ThrowIfAny();
    }

    private static bool RefusesConfiguration(CniException e) =>
        e.Code is CniErrorCode.IncompatibleCniVersion or CniErrorCode.DecodingFailure or CniErrorCode.InvalidNetworkConfig;

    private CniCall CallFor(CniVerb verb, RuntimeConfig runtime, Deadline deadline) => new()
    {
        Verb = verb,
        ContainerId = runtime.ContainerId,
        NetNs = runtime.NetNs,
        IfName = runtime.IfName,
        Args = CniArgs.Format(runtime.Args),
        Path = _path,
        LinkGroup = runtime.LinkGroup,
        Deadline = deadline,
    };

    private CniResult? Run(NetworkConfigList list, PluginConfig plugin, CniCall call, byte[] config)
    {
        call = call with { Config = config };
        if (OnPlugin is null)
            return _invoker.Invoke(plugin.Type, call);
        PluginSource? source = null;
        CniResult? result = null;
        CniException? error = null;
        long start = Stopwatch.GetTimestamp();
        try
        {
            source = _invoker.Resolve(plugin.Type, _path);
            return result = _invoker.Invoke(plugin.Type, call);
        }
        catch (CniException e)
        {
            error = e;
            throw;
        }
        finally
        {
            OnPlugin(new PluginRun(call.Verb, list.Name, plugin.Type, source, Stopwatch.GetElapsedTime(start), result, error));
        }
    }

    private static CniException Wrapped(CniException e, PluginConfig plugin, NetworkConfigList list, string what) =>
        e.Prefixed($"plugin type=\"{plugin.Type}\" name=\"{list.Name}\" failed ({what}): ");
}
