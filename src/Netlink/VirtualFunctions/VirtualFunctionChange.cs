namespace MultiNet.Netlink;

/// <summary>Changes to a virtual function, in the order in which the kernel applies them. Null leaves a value as it is.</summary>
public sealed record VirtualFunctionChange
{
    /// <summary>The administrative hardware address; zero gives the choice back to the virtual function.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>The VLAN.</summary>
    public VirtualFunctionVlan? Vlan { get; init; }

    /// <summary>The guaranteed and the largest transmit rate in Mbit/s; 0 for none.</summary>
    public (int Minimum, int Maximum)? TransmitRate { get; init; }

    /// <summary>Drop frames from another source address.</summary>
    public bool? SpoofCheck { get; init; }

    /// <summary>The link's state as the virtual function sees it.</summary>
    public VirtualFunctionLinkState? LinkState { get; init; }

    /// <summary>Trust the owner.</summary>
    public bool? Trust { get; init; }
}
