using System.Text.Json.Serialization.Metadata;

namespace MultiNet.Kubernetes;

/// <summary>A kind of objects: where the API server has them, and how they stand in JSON.</summary>
/// <typeparam name="T">The objects.</typeparam>
public sealed class ResourceType<T>
    where T : class, IKubernetesObject
{
    internal ResourceType(string groupVersion, string plural, JsonTypeInfo<T> item, JsonTypeInfo<ObjectList<T>> list)
    {
        GroupVersion = groupVersion;
        Plural = plural;
        Item = item;
        List = list;
    }

    /// <summary><c>v1</c>, or <c>GROUP/VERSION</c>.</summary>
    public string GroupVersion { get; }

    /// <summary><c>pods</c>.</summary>
    public string Plural { get; }

    internal JsonTypeInfo<T> Item { get; }

    internal JsonTypeInfo<ObjectList<T>> List { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Plural}.{GroupVersion}";
}
