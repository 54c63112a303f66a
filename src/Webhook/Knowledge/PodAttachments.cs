using MultiNet.Cni;
using MultiNet.Kubernetes;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>Reads what a pod holds: from its network-status, and of networks that do not stand there yet from what it asks for.</summary>
/// <param name="names">Keeps names that many pods have once.</param>
/// <param name="multusNamespace">Where the default-network annotation looks for definitions.</param>
internal sealed class PodAttachments(NamePool names, string multusNamespace)
{
    /// <summary>What the pod holds; nothing where it has ended, or has its node's network.</summary>
    public IReadOnlyList<PodAttachment> Of(Pod pod)
    {
        if (pod.Spec.HostNetwork || pod.Status.Phase is "Succeeded" or "Failed")
            return [];
        var attachments = new List<PodAttachment>();
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var status in StatusOf(pod))
        {
            // What is no definition has a name of its own.
            if (!status.Name.Contains('/'))
                continue;
            Add(status.Name, [.. status.IPs.Select(Canonical)], HardwareAddress.TryParse(status.Mac, out string mac, out _) ? mac : "");
            there.Add(status.Name);
        }
        foreach (var element in NetworkSelectionAnnotation.Parse(pod.Metadata.Annotation(AnnotationKeys.Networks) ?? "").Elements)
            AddAsked(element, pod.Metadata.Namespace);
        if (DefaultNetworkAnnotation.Parse(pod.Metadata.Annotation(AnnotationKeys.DefaultNetwork) ?? "").Element is { } network)
            AddAsked(network, multusNamespace);
        return attachments.Count == 0 ? [] : attachments.ToArray();

        void AddAsked(NetworkSelectionElement element, string fallback)
        {
            string name = element.QualifiedName(fallback);
            if (element.Name.Length > 0 && !there.Contains(name))
                Add(name, [.. element.Ips.Select(ip => ip.Address.ToString())], element.Mac);
        }

        void Add(string name, string[] ips, string mac) => attachments.Add(
            new PodAttachment(names.Shared(name), new HeldAttachment(names.Shared(pod.Metadata.Namespace), pod.Metadata.Name, ips, mac)));
    }

    private static IReadOnlyList<NetworkStatus> StatusOf(Pod pod)
    {
        string text = pod.Metadata.Annotation(AnnotationKeys.NetworkStatus) ?? pod.Metadata.Annotation(AnnotationKeys.ObsoleteNetworkStatus) ?? "";
        try
        {
            return NetworkStatusReader.Read(text);
        }
        catch (CniException)
        {
            return []; // whoever wrote it
        }
    }

    private static string Canonical(string ip) => IPText.TryParse(ip, out var address) ? address.ToString() : ip;
}
