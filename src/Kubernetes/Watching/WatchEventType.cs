namespace MultiNet.Kubernetes;

/// <summary>What happened to an object (meta/v1 WatchEvent).</summary>
public enum WatchEventType
{
    /// <summary>It is there.</summary>
    Added,
    /// <summary>It has changed.</summary>
    Modified,
    /// <summary>It is gone; the object is its last state.</summary>
    Deleted,
    /// <summary>Nothing; only the version is newer.</summary>
    Bookmark,
}
