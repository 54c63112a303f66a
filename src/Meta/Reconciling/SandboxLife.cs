namespace MultiNet.Meta.Reconciling;

/// <summary>Does a sandbox live?</summary>
internal enum SandboxLife
{
    /// <summary>Yes, or nothing speaks against it.</summary>
    Alive,

    /// <summary>Something speaks against it, and not enough: it is kept and reported.</summary>
    InDoubt,

    /// <summary>No.</summary>
    Dead,
}
