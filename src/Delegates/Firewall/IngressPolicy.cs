namespace MultiNet.Delegates.Firewall;

/// <summary>From where a bridge's containers may be reached: the values of <c>ingressPolicy</c>.</summary>
internal enum IngressPolicy
{
    /// <summary><c>"open"</c> or nothing: from everywhere.</summary>
    Open,
    /// <summary><c>"same-bridge"</c>: not from other bridges that have a policy.</summary>
    SameBridge,
    /// <summary><c>"isolated"</c>: nor from containers of the same bridge.</summary>
    Isolated,
}
