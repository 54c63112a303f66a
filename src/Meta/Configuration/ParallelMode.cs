namespace MultiNet.Meta.Configuration;

/// <summary>Which attachments of one pod may run side by side (<c>parallel</c>).</summary>
public enum ParallelMode
{
    /// <summary>None: one after the other, in the order of the annotation, as the specifications have it.</summary>
    Off,

    /// <summary>Those whose every plugin is built in.</summary>
    Builtin,

    /// <summary>External ones too: the CNI and NPWG specifications forbid it for plugins that were not told.</summary>
    All,
}
