namespace MultiNet.Cni;

/// <summary>An interface of a result.</summary>
public sealed record CniInterface
{
    /// <summary>The interface's name.</summary>
    public required string Name { get; init; }

    /// <summary>The hardware address in lower case, or empty.</summary>
    public string Mac { get; init; } = "";

    /// <summary>The MTU in bytes, or 0 where unknown. Since 1.1.0.</summary>
    public int Mtu { get; init; }

    /// <summary>The namespace's path exactly as <c>CNI_NETNS</c> gave it, or empty for an interface on the host.</summary>
    public string Sandbox { get; init; } = "";

    /// <summary>Absolute path of a socket that serves as the interface, or empty. Since 1.1.0.</summary>
    public string SocketPath { get; init; } = "";

    /// <summary>The PCI address of the device, or empty. Since 1.1.0.</summary>
    public string PciId { get; init; } = "";
}
