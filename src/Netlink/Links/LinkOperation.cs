namespace MultiNet.Netlink;

/// <summary>Says what a change of an interface is about, for error messages.</summary>
internal static class LinkOperation
{
    internal static string Describe(string link, LinkChange change)
    {
        // The usual call changes one or two things; the list is short.
        string list = "";
        Add(change.Name is { } name ? $"name \"{name}\"" : null);
        Add(change.MacAddress is { } mac ? $"address {mac}" : null);
        Add(change.Mtu is { } mtu ? $"mtu {mtu}" : null);
        Add(change.TxQueueLength is { } queue ? $"transmit queue length {queue}" : null);
        Add(change.MasterIndex is { } master ? master == 0 ? "no master" : $"master {master}" : null);
        Add(change.Alias is { } alias ? $"alias \"{alias}\"" : null);
        Add(change.Group is { } group ? $"group {group}" : null);
        Add(change.Namespace is { } target ? $"namespace \"{target}\"" : null);
        Add(change.Promiscuous is { } promiscuous ? promiscuous ? "promiscuous" : "not promiscuous" : null);
        Add(change.AllMulticast is { } all ? all ? "all multicast" : "not all multicast" : null);
        Add(change.Bridge is not null ? "bridge settings" : null);
        Add(change.Up is { } up ? up ? "up" : "down" : null);
        return $"set {link}: {(list.Length == 0 ? "nothing" : list)}";

        void Add(string? part)
        {
            if (part is not null)
                list = list.Length == 0 ? part : $"{list}, {part}";
        }
    }
}
