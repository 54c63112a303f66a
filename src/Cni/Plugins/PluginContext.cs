using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>A call with its configuration decoded, as a built-in plugin gets it.</summary>
public sealed class PluginContext
{
    private CniResult? _prevResult;
    private bool _prevResultRead;

    /// <summary>Decodes the configuration's common keys.</summary>
    /// <param name="call">The call.</param>
    /// <param name="invoker">Runs the plugins to which this one delegates, such as IPAM.</param>
    /// <exception cref="CniException">Code 6: the configuration is not JSON or a common key has another type.</exception>
    public PluginContext(CniCall call, IPluginInvoker invoker)
    {
        Call = call;
        Invoker = invoker;
        Config = JsonFields.Parse(call.Config, "network configuration");
        CniVersion = Cni.CniVersion.OrDefault(Config.String("cniVersion"));
        NetworkName = Config.String("name");
        RuntimeConfig = Config.Object("runtimeConfig");
        ArgsCni = Config.Object("args").Object("cni");
    }

    /// <summary>The call as it came.</summary>
    public CniCall Call { get; }

    /// <summary>Runs the plugins to which this one delegates.</summary>
    public IPluginInvoker Invoker { get; }

    /// <summary>The whole configuration.</summary>
    public JsonFields Config { get; }

    /// <summary>The configuration's version; 0.1.0 where it names none.</summary>
    public string CniVersion { get; }

    /// <summary>The network's name.</summary>
    public string NetworkName { get; }

    /// <summary>The capability arguments that the runtime passes, or an absent object.</summary>
    public JsonFields RuntimeConfig { get; }

    /// <summary>The configuration's <c>args.cni</c>, or an absent object.</summary>
    public JsonFields ArgsCni { get; }

    /// <summary>The result of the plugins before this one in the chain, in the newest form; null where there is none.</summary>
    /// <exception cref="CniException">Code 6 or 7: it cannot be decoded, or is of another form than the configuration's version.</exception>
    public CniResult? PrevResult
    {
        get
        {
            if (!_prevResultRead)
            {
                _prevResult = Config.TryGet("prevResult", out var element) ? CniResultReader.ReadPrevResult(element, CniVersion) : null;
                _prevResultRead = true;
            }
            return _prevResult;
        }
    }

    /// <summary>
    /// GC only: is the list of attachments in use there, empty or <c>null</c> though it may be? A list that was not given is not an empty
    /// one: without it nothing may be released.
    /// </summary>
    public bool HasValidAttachments
    {
        get
        {
            foreach (var property in Config.Element.EnumerateObject())
            {
                try
                {
                    if (property.Name is "cni.dev/valid-attachments" or "cni.dev/attachments")
                        return true;
                }
                catch (InvalidOperationException)
                {
                    // a name that is not valid text
                }
            }
            return false;
        }
    }

    /// <summary>GC only: the attachments that are still in use, from <c>cni.dev/valid-attachments</c> or <c>cni.dev/attachments</c>.</summary>
    /// <exception cref="CniException">Code 6: an entry of another type. Code 7: one that names no container or interface.</exception>
    public IReadOnlyList<GcAttachment> ValidAttachments
    {
        get
        {
            string key = Config.Has("cni.dev/valid-attachments") ? "cni.dev/valid-attachments" : "cni.dev/attachments";
            var attachments = new List<GcAttachment>();
            foreach (var item in Config.Objects(key))
            {
                var attachment = new GcAttachment(item.String("containerID"), item.String("ifname"));
                // Whatever was meant by it would be released.
                if (attachment.ContainerId.Length == 0 || attachment.IfName.Length == 0)
                {
                    throw new CniException(
                        CniErrorCode.InvalidNetworkConfig, $"{Config.PathOf(key)}[{attachments.Count}]: expected an object with containerID and ifname",
                        "without a complete list nothing can be released");
                }
                attachments.Add(attachment);
            }
            return attachments;
        }
    }

    /// <summary>Does the configuration name an IPAM plugin?</summary>
    public bool HasIpam => IpamType.Length > 0;

    /// <summary>The configuration's <c>ipam.type</c>, or empty.</summary>
    public string IpamType => Config.Object("ipam").String("type");

    /// <summary>
    /// Delegates the call, as it is and with the whole configuration, to the IPAM plugin that the configuration names
    /// (CNI specification 1.1, section 4).
    /// </summary>
    /// <param name="verb">The verb to use; normally that of the call, DEL to undo an ADD.</param>
    /// <returns>ADD: what was assigned, in the newest form. Other verbs: null.</returns>
    public CniResult? InvokeIpam(CniVerb verb) => Invoker.Invoke(IpamType, Call with { Verb = verb });
}
