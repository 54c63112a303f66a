namespace MultiNet.Delegates.Ipam.Dhcp.Messages;

/// <summary>Numbers of DHCP options (RFC 2132, 3004, 3397, 3442).</summary>
internal static class OptionCode
{
    internal const byte Pad = 0;
    internal const byte SubnetMask = 1;
    internal const byte Routers = 3;
    internal const byte DomainNameServers = 6;
    internal const byte HostName = 12;
    internal const byte DomainName = 15;
    internal const byte StaticRoutes = 33;
    internal const byte RequestedAddress = 50;
    internal const byte LeaseTime = 51;
    internal const byte Overload = 52;
    internal const byte MessageType = 53;
    internal const byte ServerIdentifier = 54;
    internal const byte ParameterRequestList = 55;
    internal const byte ServerMessage = 56;
    internal const byte MaximumMessageSize = 57;
    internal const byte RenewalTime = 58;
    internal const byte RebindingTime = 59;
    internal const byte VendorClass = 60;
    internal const byte ClientIdentifier = 61;
    internal const byte UserClass = 77;
    internal const byte DomainSearch = 119;
    internal const byte ClasslessStaticRoutes = 121;
    internal const byte End = 255;
}
