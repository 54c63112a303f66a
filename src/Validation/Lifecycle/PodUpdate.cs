namespace MultiNet.Validation;

/// <summary>A change of a pod.</summary>
/// <param name="Old">The pod as it stands.</param>
/// <param name="Pod">As it is to be.</param>
/// <param name="PodInterface">The interface of the cluster's default network.</param>
internal sealed record PodUpdate(PodUnderReview Old, PodUnderReview Pod, string PodInterface);
