using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>A resolv.conf(5) as DNS settings of a result.</summary>
internal static class ResolvConf
{
    // A resolver's configuration has a few lines; what is larger is another file.
    private const int LargestFile = 64 * 1024;

    /// <summary>Reads <c>nameserver</c>, <c>domain</c>, <c>search</c> and <c>options</c>; other lines and comments are passed over.</summary>
    /// <exception cref="CniException">Code 5: the file cannot be read. Code 7: it is too large to be one.</exception>
    public static CniDns Read(string path)
    {
        byte[] buffer = new byte[LargestFile + 1];
        int length = SmallFile.Read(path, buffer, out int errno);
        if (length < 0)
            throw SmallFile.Failed("read ipam.resolvConf", path, errno);
        if (length > LargestFile)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"ipam.resolvConf: {path} is larger than {LargestFile} bytes", "It must be a file as resolv.conf(5) describes it.");
        List<string> nameservers = [], search = [], options = [];
        string domain = "";
        foreach (string line in Encoding.UTF8.GetString(buffer, 0, length).Split('\n'))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || fields[0][0] is '#' or ';')
                continue;
            var values = fields.AsSpan(1);
            switch (fields[0])
            {
                case "nameserver":
                    nameservers.Add(values[0]);
                    break;
                case "domain":
                    domain = values[0];
                    break;
                case "search":
                    search.AddRange(values);
                    break;
                case "options":
                    options.AddRange(values);
                    break;
            }
        }
        return new CniDns { Nameservers = nameservers, Domain = domain, Search = search, Options = options };
    }
}
