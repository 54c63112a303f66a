namespace MultiNet.Cni;

/// <summary>A value of <c>CNI_COMMAND</c> (CNI specification 1.1, section "CNI operations").</summary>
public enum CniVerb
{
    /// <summary>Attach a container to a network.</summary>
    Add,
    /// <summary>Detach a container, releasing all that ADD took.</summary>
    Del,
    /// <summary>Is the attachment as ADD left it? Since 0.4.0.</summary>
    Check,
    /// <summary>Could an ADD be served now? Since 1.1.0.</summary>
    Status,
    /// <summary>Release what belongs to no valid attachment. Since 1.1.0.</summary>
    Gc,
    /// <summary>Which versions are supported?</summary>
    Version,
}
