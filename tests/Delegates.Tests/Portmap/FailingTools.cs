namespace MultiNet.Delegates.Tests.Portmap;

/// <summary>The tools of iptables and nftables, some of which fail, as with a kernel that refuses.</summary>
internal sealed class FailingTools : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-tools-");

    public FailingTools(params string[] broken)
    {
        foreach (string tool in (string[])["iptables-restore", "iptables-save", "ip6tables-restore", "ip6tables-save", "nft"])
        {
            string path = System.IO.Path.Combine(_folder.FullName, tool);
            File.WriteAllText(path, broken.Contains(tool) ? "#!/bin/sh\necho no tables today >&2\nexit 4\n" : $"#!/bin/sh\nexec /usr/sbin/{tool} \"$@\"\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Where they are.</summary>
    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
