using MultiNet.Kubernetes;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>The definitions that a pod or a policy names.</summary>
internal static class WantedDefinitions
{
    /// <summary>Those that a policy names; not those that are wrong.</summary>
    public static IReadOnlyList<ObjectKey> Of(MultiNetworkPolicy policy)
    {
        var wanted = new List<ObjectKey>();
        foreach (string item in policy.Items)
        {
            if (policy.TryRead(item, out string ns, out string name))
                wanted.Add(new ObjectKey(ns, name));
        }
        return wanted;
    }

    /// <summary>Their keys, from all annotations that name networks; not from those that are wrong.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="defaults">The networks that its namespace gives it; empty for none.</param>
    /// <param name="options">What an operator says of the cluster.</param>
    public static IReadOnlyList<ObjectKey> Of(PodUnderReview pod, string defaults, ValidationOptions options)
    {
        var wanted = new List<ObjectKey>();
        foreach (string text in (ReadOnlySpan<string>)[pod.Annotation(AnnotationKeys.Networks), defaults])
        {
            var selection = NetworkSelectionAnnotation.Parse(text, options.PodInterface);
            foreach (var element in selection.IsValid ? selection.Elements : [])
                Add(element, pod.Namespace);
        }
        if (DefaultNetworkAnnotation.Parse(pod.Annotation(AnnotationKeys.DefaultNetwork)) is { IsValid: true, Element: { } network })
            Add(network, options.MultusNamespace);
        return wanted;

        void Add(NetworkSelectionElement element, string fallback) => wanted.Add(new ObjectKey(element.Namespace.Length > 0 ? element.Namespace : fallback, element.Name));
    }
}
