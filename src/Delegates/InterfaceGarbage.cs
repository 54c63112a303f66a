using MultiNet.Cni;

namespace MultiNet.Delegates;

/// <summary>GC of a plugin that makes interfaces with addresses (CNI 1.1.0, GC): what no valid attachment owns is removed, then its addresses are.</summary>
internal static class InterfaceGarbage
{
    /// <summary>Tries everything, and reports at the end what failed.</summary>
    /// <param name="context">The call.</param>
    /// <param name="collect">Removes what the given attachments do not own. It is not called where the runtime names no valid attachments: then nothing is known to be stale.</param>
    /// <exception cref="CniException">Something could not be removed; the rest is.</exception>
    public static void Collect(PluginContext context, Action<IReadOnlyList<GcAttachment>, Failures> collect)
    {
        var failures = new Failures();
        IReadOnlyList<GcAttachment>? valid = null;
        failures.Try("read the valid attachments", () => valid = context.HasValidAttachments ? context.ValidAttachments : null);
        if (valid is not null)
            collect(valid, failures);
        failures.Try("collect addresses", () =>
        {
            if (context.HasIpam)
                context.InvokeIpam(CniVerb.Gc);
        });
        failures.ThrowIfAny();
    }
}
