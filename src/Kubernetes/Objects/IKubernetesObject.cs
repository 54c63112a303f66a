namespace MultiNet.Kubernetes;

/// <summary>An object of the API server.</summary>
public interface IKubernetesObject
{
    /// <summary>Its metadata.</summary>
    ObjectMeta Metadata { get; }
}
