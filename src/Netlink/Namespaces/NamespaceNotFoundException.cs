namespace MultiNet.Netlink;

/// <summary>There is nothing at the path of a network namespace, or the path is empty: the namespace is gone.</summary>
public sealed class NamespaceNotFoundException : KernelException
{
    internal NamespaceNotFoundException(string path, int errno)
        : base($"open network namespace \"{path}\"", errno, path.Length == 0 ? "the path is empty" : null) => Path = path;

    /// <summary>The path as it was given.</summary>
    public string Path { get; }
}
