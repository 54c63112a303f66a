namespace MultiNet.Meta.Sources;

/// <summary>The pod that a call is for, as <c>CNI_ARGS</c> names it.</summary>
/// <param name="Namespace"><c>K8S_POD_NAMESPACE</c>.</param>
/// <param name="Name"><c>K8S_POD_NAME</c>.</param>
/// <param name="Uid"><c>K8S_POD_UID</c>, or empty where the runtime does not pass it.</param>
/// <param name="InfraContainerId"><c>K8S_POD_INFRA_CONTAINER_ID</c>, or empty.</param>
public sealed record PodReference(string Namespace, string Name, string Uid = "", string InfraContainerId = "")
{
    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
