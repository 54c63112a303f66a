using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>Tells our files from others'.</summary>
internal static class OwnFiles
{
    /// <summary>Is there anything of this name, a dangling link included?</summary>
    public static bool IsThere(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <summary>Is it a link to the installed executable, as <c>install</c> makes them?</summary>
    public static bool IsOurLink(string path) =>
        new FileInfo(path).LinkTarget is { } target
        && (target == InstallPaths.Program || target.StartsWith(InstallPaths.Versioned(""), StringComparison.Ordinal));

    /// <summary>Have two files the same content?</summary>
    public static bool AreSame(string one, string other)
    {
        var (a, b) = (new FileInfo(one), new FileInfo(other));
        if (!b.Exists || a.Length != b.Length)
            return false;
        using var first = a.OpenRead();
        using var second = b.OpenRead();
        byte[] left = new byte[64 * 1024], right = new byte[64 * 1024];
        while (true)
        {
            int count = first.ReadAtLeast(left, left.Length, throwOnEndOfStream: false);
            if (second.ReadAtLeast(right, right.Length, throwOnEndOfStream: false) != count)
                return false;
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
                return false;
            if (count < left.Length)
                return true;
        }
    }

    /// <summary>Removes a file or a link; fine where there is none.</summary>
    /// <exception cref="CniException">Code 5: it cannot be removed.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its folder.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot remove {path}: {e.Message}", "", e);
        }
    }
}
