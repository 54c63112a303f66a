namespace MultiNet.Validation;

public static partial class RuleCatalogue
{
    private static Rule[] Values() =>
    [
        Error("MN-LNK-001", "Interface names are names that the kernel takes",
            "1 to 15 bytes, not \".\" or \"..\", without \"/\", \":\", \"%\" and white space. \"lo\", \"all\" and \"default\" are a warning."),
        Error("MN-MAC-001", "mac is the address of an Ethernet interface",
            "Six bytes, not zero, no group address. A warning where pods may bring their own."),
        Warning("MN-MAC-002", "Pods do not share a MAC address",
            "A MAC address in the definition is that of every pod."),
        Error("MN-MTU-001", "mtu is possible",
            "0, or 68 to 65535; on a master not negative."),
        Warning("MN-MTU-002", "mtu is usual",
            "Less than 576 or more than 9216 is hardly ever meant."),
    ];
}
