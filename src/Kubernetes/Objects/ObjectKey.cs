namespace MultiNet.Kubernetes;

/// <summary>The name of an object within its kind.</summary>
/// <param name="Namespace">Empty for what has none.</param>
/// <param name="Name">The name.</param>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(IKubernetesObject item) => new(item.Metadata.Namespace, item.Metadata.Name);

    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
