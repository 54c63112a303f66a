using System.Globalization;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Records;

/// <summary>
/// The container's namespace in a record, for GC: path and number. A path may lead to another container by then, and a number may have been
/// given out again; both together are certain enough. Paths below <c>/proc</c> are not entered: process numbers are given out again, too.
/// </summary>
internal static class RecordedNamespace
{
    private const string PathKey = "netns";
    private const string InodeKey = "netnsInode";

    /// <summary>Writes the keys.</summary>
    public static void Write(GoJsonWriter writer, NetworkNamespace container)
    {
        writer.Name(PathKey);
        writer.String(container.Path);
        writer.Name(InodeKey);
        // JSON's numbers have 53 bits.
        writer.String(container.Inode.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The path of the namespace; null where it is gone, or another one has its place.</summary>
    public static string? Find(NodeKernel kernel, JsonFields record)
    {
        string path = record.String(PathKey);
        if (path.Length == 0 || path.StartsWith("/proc/", StringComparison.Ordinal))
            return null;
        try
        {
            return kernel.Namespace(path).Inode.ToString(CultureInfo.InvariantCulture) == record.String(InodeKey) ? path : null;
        }
        catch (KernelException)
        {
            return null;
        }
    }
}
