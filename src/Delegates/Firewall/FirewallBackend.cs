namespace MultiNet.Delegates.Firewall;

/// <summary>Who lets packets pass: the values of <c>backend</c>.</summary>
internal enum FirewallBackend
{
    /// <summary>Not said: firewalld where it runs, else iptables.</summary>
    Default,
    /// <summary><c>"iptables"</c>.</summary>
    Iptables,
    /// <summary><c>"firewalld"</c>: the daemon, over the system bus.</summary>
    Firewalld,
}
