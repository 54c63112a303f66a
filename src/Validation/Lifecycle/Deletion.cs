namespace MultiNet.Validation;

/// <summary>A request to delete a definition.</summary>
/// <param name="User">Who asks: the request's <c>userInfo.username</c>; empty where it is not known.</param>
/// <param name="IsUnderWay">Has the object a <c>deletionTimestamp</c> already?</param>
public sealed record Deletion(string User = "", bool IsUnderWay = false)
{
    // What they cannot delete blocks a namespace, or the owner's deletion, for good.
    private static readonly string[] s_collectors =
    [
        "system:serviceaccount:kube-system:namespace-controller", "system:serviceaccount:kube-system:generic-garbage-collector",
        // Where the controller manager uses no accounts of its own for each controller.
        "system:kube-controller-manager",
    ];

    /// <summary>Does the garbage collector or the controller of namespaces ask?</summary>
    public bool IsOfCollector => Array.IndexOf(s_collectors, User) >= 0;
}
