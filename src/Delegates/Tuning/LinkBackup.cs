using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tuning;

/// <summary>
/// What an interface and kernel parameters were like before they were tuned, in a file of the reference's format, so that each can undo the other's work. Keys
/// that the reference does not know (it ignores them) say whose the file is, for GC.
/// </summary>
internal sealed record LinkBackup
{
    private const int LargestFile = 64 * 1024;

    /// <summary>The hardware address, or empty where it was not changed.</summary>
    public string Mac { get; init; } = "";

    /// <summary>Was it promiscuous? Null where that was not changed.</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>The MTU, or 0 where it was not changed.</summary>
    public int Mtu { get; init; }

    /// <summary>Was it in all-multicast mode? Null where that was not changed.</summary>
    public bool? AllMulticast { get; init; }

    /// <summary>The length of the transmit queue, or null where it was not changed.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>The kernel parameters that were changed. Files of the reference have none: it does not restore them.</summary>
    public IReadOnlyList<SysctlBackup> Sysctls { get; init; } = [];

    /// <summary>The network, container and interface it is of; empty in files of the reference.</summary>
    public (string Network, string ContainerId, string IfName) Attachment { get; init; } = ("", "", "");

    /// <summary>The file of an attachment.</summary>
    public static string PathOf(string dataDir, CniCall call) => Path.Combine(dataDir, $"{call.ContainerId}_{call.IfName}.json");

    /// <summary>Those values of a link that a configuration is about to change.</summary>
    /// <param name="link">The link; null where it is not changed.</param>
    /// <param name="sysctls">The kernel parameters that are about to be changed.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="context">The call.</param>
    public static LinkBackup Of(Link? link, IReadOnlyList<SysctlBackup> sysctls, TuningConfig config, PluginContext context) => new()
    {
        Mac = config.Mac is null || link is null ? "" : link.MacAddress.ToString(),
        Promiscuous = config.Promiscuous && link is not null ? (link.Flags & LinkFlags.Promiscuous) != 0 : null,
        Mtu = config.Mtu is null ? 0 : link?.Mtu ?? 0,
        AllMulticast = config.AllMulticast is null || link is null ? null : (link.Flags & LinkFlags.AllMulticast) != 0,
        TxQueueLength = config.TxQueueLength is null ? null : link?.TxQueueLength,
        Sysctls = sysctls,
        Attachment = (context.NetworkName, context.Call.ContainerId, context.Call.IfName),
    };

    /// <summary>
    /// This and what an earlier tuning of the same attachment found: the earlier values are the original ones. The reference forgets
    /// them when a chain tunes twice.
    /// </summary>
    public LinkBackup Under(LinkBackup? earlier) => earlier is null ? this : this with
    {
        Mac = earlier.Mac.Length > 0 ? earlier.Mac : Mac,
        Promiscuous = earlier.Promiscuous ?? Promiscuous,
        Mtu = earlier.Mtu != 0 ? earlier.Mtu : Mtu,
        AllMulticast = earlier.AllMulticast ?? AllMulticast,
        TxQueueLength = earlier.TxQueueLength ?? TxQueueLength,
        Sysctls = SysctlBackup.Under(Sysctls, earlier.Sysctls),
    };

    /// <summary>The changes that restore it, one by one, since one may fail; in the reference's order.</summary>
    public IEnumerable<LinkChange> Changes()
    {
        if (Mtu != 0)
            yield return new LinkChange { Mtu = Mtu };
        if (MacAddress.TryParse(Mac, out var mac))
            yield return new LinkChange { MacAddress = mac };
        if (Promiscuous is { } promiscuous)
            yield return new LinkChange { Promiscuous = promiscuous };
        if (AllMulticast is { } allMulticast)
            yield return new LinkChange { AllMulticast = allMulticast };
        if (TxQueueLength is { } length)
            yield return new LinkChange { TxQueueLength = length };
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Null where there is none, or what is there is no backup.</returns>
    public static LinkBackup? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > LargestFile)
                return null;
            var json = JsonFields.Parse(File.ReadAllBytes(path), path);
            return new LinkBackup
            {
                Mac = json.String("mac"),
                Promiscuous = json.NullableBool("promisc"),
                Mtu = json.Int("mtu"),
                AllMulticast = json.NullableBool("allmulti"),
                TxQueueLength = json.NullableInt("txQLen"),
                Sysctls = SysctlBackup.Read(json.Object("sysctl")),
                Attachment = (json.String("network"), json.String("containerID"), json.String("ifname")),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CniException)
        {
            return null;
        }
    }

    /// <summary>The files of a data directory; none where it is missing or cannot be read.</summary>
    public static string[] List(string dataDir)
    {
        try
        {
            return Directory.GetFiles(dataDir, "*.json");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="CniException">Code 5: with the cause.</exception>
    public void Write(string path)
    {
        string temporary = path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(Encode());
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Delete(temporary);
            throw new CniException(CniErrorCode.IOFailure, $"failed to save file {path}", e.Message, e);
        }
    }

    /// <summary>Removes a file; nothing there is success, and so is a directory that cannot be written any more.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A backup that stays behind does no harm.
        }
    }

    private byte[] Encode()
    {
        var writer = new GoJsonWriter(indented: true);
        writer.BeginObject();
        writer.StringUnlessEmpty("mac", Mac);
        Write(writer, "promisc", Promiscuous);
        writer.NumberUnlessNull("mtu", Mtu == 0 ? null : Mtu);
        Write(writer, "allmulti", AllMulticast);
        writer.NumberUnlessNull("txQLen", TxQueueLength);
        SysctlBackup.Write(writer, "sysctl", Sysctls);
        writer.StringUnlessEmpty("network", Attachment.Network);
        writer.StringUnlessEmpty("containerID", Attachment.ContainerId);
        writer.StringUnlessEmpty("ifname", Attachment.IfName);
        writer.EndObject();
        return writer.Written.ToArray();
    }

    private static void Write(GoJsonWriter writer, string key, bool? value)
    {
        if (value is not { } known)
            return;
        writer.Name(key);
        writer.Bool(known);
    }
}
