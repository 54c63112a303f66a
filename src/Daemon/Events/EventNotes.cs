using System.Text;
using MultiNet.Kubernetes;
using MultiNet.Meta.NodeDaemon;

namespace MultiNet.Daemon.Events;

/// <summary>What events say.</summary>
internal static class EventNotes
{
    // A note has at most 1024 bytes (events.k8s.io/v1); a name of a network has letters of one byte.
    private const int LongestNote = 1000;

    /// <summary>The attachments in one line: <c>eth0 10.249.0.2/16 from cluster-network; net1 from default/blue</c>.</summary>
    public static string Attached(IReadOnlyList<DaemonAttachment> attachments)
    {
        var text = new StringBuilder();
        foreach (var attachment in attachments)
        {
            text.Append(text.Length > 0 ? "; " : "").Append(attachment.Interface);
            for (int i = 0; i < attachment.Addresses.Count; i++)
                text.Append(i == 0 ? " " : ", ").Append(attachment.Addresses[i]);
            text.Append(" from ").Append(attachment.Network);
        }
        return text.ToString();
    }

    /// <summary>An ADD that succeeded.</summary>
    public static PodEvent ForAttached(ObjectKey pod, DaemonRequest report) =>
        new(pod, report.Uid ?? "", false, "AttachedNetworks", "Attach", Limited($"Attached {Attached(report.Attachments ?? [])}"));

    /// <summary>An ADD that failed.</summary>
    public static PodEvent ForFailed(ObjectKey pod, DaemonRequest report) => new(
        pod, report.Uid ?? "", true, "FailedAttachingNetworks", "Attach",
        Limited($"{(report.Network is { Length: > 0 } network ? $"Network {network}" : "Networks")} could not be attached, and nothing stays attached: {WithoutContainer(report.Message)}"));

    /// <summary>A DEL; null where there is nothing to tell.</summary>
    public static PodEvent? ForDetached(ObjectKey pod, DaemonRequest report)
    {
        if (report.Code != 0 || !string.IsNullOrEmpty(report.Message))
        {
            return new PodEvent(
                pod, report.Uid ?? "", true, "FailedReleasingNetworks", "Detach",
                Limited($"Not all networks could be released; what could not be is remembered, and the runtime tries again: {WithoutContainer(report.Message)}"));
        }
        // DEL comes several times; the further ones have nothing to do.
        if (report.Attachments is not { Count: > 0 } released)
            return null;
        var names = new StringBuilder();
        foreach (var attachment in released)
            names.Append(names.Length > 0 ? ", " : "").Append(attachment.Interface).Append(" (").Append(attachment.Network).Append(')');
        return new PodEvent(pod, report.Uid ?? "", false, "ReleasedNetworks", "Detach", Limited($"Released {names}"));
    }

    // "pod default/web (container 0123456789ab): ...": each attempt of the kubelet has a new sandbox, and the pod is the same.
    private static string WithoutContainer(string? message)
    {
        const string Mark = " (container ";
        int start = message?.IndexOf(Mark, StringComparison.Ordinal) ?? -1;
        int end = start < 0 ? -1 : message!.IndexOf(')', start);
        return end < 0 ? message ?? "" : message!.Remove(start, end + 1 - start);
    }

    /// <summary>A note that is not longer than notes may be.</summary>
    public static string Limited(string note)
    {
        if (Encoding.UTF8.GetByteCount(note) <= LongestNote)
            return note;
        int length = Math.Min(note.Length, LongestNote - 3);
        while (Encoding.UTF8.GetByteCount(note.AsSpan(0, length)) > LongestNote - 3)
            length--;
        return note[..(char.IsHighSurrogate(note[length - 1]) ? length - 1 : length)] + "...";
    }
}
