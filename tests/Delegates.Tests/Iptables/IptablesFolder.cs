namespace MultiNet.Delegates.Tests.Iptables;

/// <summary>Folders with the tools of one kind of iptables (<c>nft</c>, <c>legacy</c>) under their plain names.</summary>
internal static class IptablesFolder
{
    public static string Of(TestNode node, string kind)
    {
        string folder = Directory.CreateDirectory(Path.Combine(node.Folder, kind)).FullName;
        foreach (string tool in (string[])["iptables-restore", "iptables-save", "ip6tables-restore", "ip6tables-save"])
        {
            string link = Path.Combine(folder, tool);
            if (!File.Exists(link))
                File.CreateSymbolicLink(link, $"/usr/sbin/xtables-{kind}-multi");
        }
        return folder;
    }
}
