namespace MultiNet.Netlink;

/// <summary>What is at the path is not a network namespace: an ordinary file, or a namespace of another kind.</summary>
public sealed class NotANamespaceException : KernelException
{
    internal NotANamespaceException(string path, long fileSystemMagic, int? namespaceType)
        : base(
            $"open network namespace \"{path}\"",
            Native.Errno.EINVAL,
            namespaceType is { } type
                ? $"it is a namespace of type 0x{type:x}, not a network namespace (0x40000000)"
                : $"the file is on a file system with magic 0x{fileSystemMagic:x}, a namespace has 0x6e736673 (nsfs)")
    {
        Path = path;
        FileSystemMagic = fileSystemMagic;
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>statfs f_type of what was found.</summary>
    public long FileSystemMagic { get; }
}
