using System.Text;

namespace MultiNet.Kubernetes;

/// <summary>Which objects of a kind.</summary>
/// <param name="Namespace">The namespace; empty for all.</param>
/// <param name="FieldSelector"><c>spec.nodeName=node1</c>; empty for none.</param>
/// <param name="LabelSelector"><c>app=web</c>; empty for none.</param>
public sealed record ListSelector(string Namespace = "", string FieldSelector = "", string LabelSelector = "")
{
    /// <summary>The path with these selectors and more parameters.</summary>
    internal string Path<T>(ResourceType<T> type, params ReadOnlySpan<(string Name, string Value)> parameters)
        where T : class, IKubernetesObject
    {
        var path = new StringBuilder(ApiPath.Collection(type.GroupVersion, type.Plural, Namespace));
        char separator = '?';
        Append("fieldSelector", FieldSelector);
        Append("labelSelector", LabelSelector);
        foreach (var (name, value) in parameters)
            Append(name, value);
        return path.ToString();

        void Append(string name, string value)
        {
            if (value.Length == 0)
                return;
            path.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
    }
}
