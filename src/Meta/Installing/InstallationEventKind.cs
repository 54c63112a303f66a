namespace MultiNet.Meta.Installing;

/// <summary>What kind of thing happened to the installation.</summary>
internal enum InstallationEventKind
{
    /// <summary>Something was installed or changed, because what it is made of has changed.</summary>
    Changed,

    /// <summary>Something that somebody had removed or changed was put back.</summary>
    Restored,

    /// <summary>Something is not as it should be, and this program cannot or must not put it right. Said once, until it is over.</summary>
    Warning,

    /// <summary>Somebody has uninstalled: nothing is followed any more.</summary>
    Uninstalled,
}
