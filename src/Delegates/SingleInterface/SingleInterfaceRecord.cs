using MultiNet.Cni;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.SingleInterface;

/// <summary>
/// What ADD recorded of an interface: where it is, so that GC and a DEL without namespace find it in a namespace that lives on, and on
/// which master it stands, so that CHECK does not ask a default route that has changed.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="type">The plugin.</param>
/// <param name="kind">The kernel's name of the interface's kind.</param>
internal sealed class SingleInterfaceRecord(NodeKernel kernel, string type, string kind)
{
    private const string MasterKey = "master";

    private readonly AttachmentRecords _records = kernel.Records(type);

    /// <summary>Records the attachment of a call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="master">The master's name; "" for none.</param>
    /// <param name="rollback">Gets the removal of the record.</param>
    /// <exception cref="CniException">Code 5: it cannot be written.</exception>
    public void Write(PluginContext context, string master, Rollback rollback)
    {
        rollback.Add(() => Delete(context));
        var container = kernel.Namespace(context.Call.NetNs);
        _records.Write(context.NetworkName, context.Call, writer =>
        {
            RecordedNamespace.Write(writer, container);
            writer.StringUnlessEmpty(MasterKey, master);
        });
    }

    /// <summary>The master of the attachment of a call; "" where none is recorded.</summary>
    public string MasterOf(PluginContext context) => _records.Read(context.NetworkName, context.Call)?.Fields.String(MasterKey) ?? "";

    /// <summary>Deletes the interface of a call that names no namespace, where it was recorded.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void DeleteInterface(PluginContext context)
    {
        if (_records.Read(context.NetworkName, context.Call) is { } record)
            DeleteInterface(record);
    }

    /// <summary>Removes the record of a call.</summary>
    /// <exception cref="CniException">Code 5: it cannot be removed.</exception>
    public void Delete(PluginContext context) => _records.Delete(context.NetworkName, context.Call);

    /// <summary>
    /// Deletes the interfaces of attachments that are not valid any more. Namespaces that are gone took theirs with them. In one that lives
    /// on, an interface may hold what others need: a VLAN of the master, the one place of the passthru mode, its address.
    /// </summary>
    /// <exception cref="CniException">The kernel refused; what could be deleted is.</exception>
    public void CollectGarbage(string network, IReadOnlyList<GcAttachment> valid)
    {
        var failures = new Failures();
        foreach (var record in HostRules.Stale(_records, network, valid))
        {
            failures.Try($"collect \"{record.IfName}\" of {record.ContainerId}", () =>
            {
                DeleteInterface(record);
                _records.Delete(record.Network, record.ContainerId, record.IfName);
            });
        }
        failures.ThrowIfAny();
    }

    // An interface of another kind is not ours.
    private void DeleteInterface(AttachmentRecord record)
    {
        if (RecordedNamespace.Find(kernel, record.Fields) is not { } netns)
            return;
        var socket = kernel.Socket(netns);
        if (!socket.TryGetLink(record.IfName, out var link) || link.Kind != kind)
            return;
        try
        {
            socket.LinkDelete(link.Index);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
        }
    }
}
