using System.Runtime.InteropServices;

namespace MultiNet.Cni;

/// <summary>Which file a path leads to, links followed: the same device and inode are the same file.</summary>
internal readonly partial record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode)
{
    private const int AtFdCwd = -100;
    private const uint BasicStats = 0x7ff;
    private const uint FileTypeMask = 0xf000, RegularFile = 0x8000;

    /// <summary>Looks a path up.</summary>
    internal static bool TryGet(string path, out FileIdentity identity) => TryGet(path, out identity, out _);

    /// <summary>Looks a path up and tells whether it is a regular file.</summary>
    internal static unsafe bool TryGet(string path, out FileIdentity identity, out bool isRegular)
    {
        identity = default;
        isRegular = false;
        if (path.Contains('\0'))
            return false;
        // struct statx is the same on every architecture, which struct stat is not.
        byte* buffer = stackalloc byte[256];
        if (Statx(AtFdCwd, path, 0, BasicStats, buffer) != 0)
            return false;
        isRegular = (*(ushort*)(buffer + 28) & FileTypeMask) == RegularFile;
        identity = new FileIdentity(*(uint*)(buffer + 136), *(uint*)(buffer + 140), *(ulong*)(buffer + 32));
        return true;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);
}
