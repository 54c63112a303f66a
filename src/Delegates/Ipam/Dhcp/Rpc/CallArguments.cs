namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>What a plugin passes to the daemon: what its own caller passed to it (the reference's skel.CmdArgs).</summary>
internal sealed record CallArguments
{
    // In the order of their description on the wire.
    private static readonly (string Name, int Type)[] s_fields =
    [
        ("ContainerID", GobWriter.Text), ("Netns", GobWriter.Text), ("IfName", GobWriter.Text), ("Args", GobWriter.Text), ("Path", GobWriter.Text),
        ("StdinData", GobWriter.Bytes),
    ];

    /// <summary><c>CNI_CONTAINERID</c>.</summary>
    public string ContainerId { get; init; } = "";

    /// <summary><c>CNI_NETNS</c>, absolute.</summary>
    public string NetNs { get; init; } = "";

    /// <summary><c>CNI_IFNAME</c>.</summary>
    public string IfName { get; init; } = "";

    /// <summary><c>CNI_ARGS</c>.</summary>
    public string Args { get; init; } = "";

    /// <summary><c>CNI_PATH</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>The network configuration.</summary>
    public ReadOnlyMemory<byte> Config { get; init; }

    /// <summary>The message that describes the type.</summary>
    public static byte[] DescribeType(int type) => GobWriter.StructType(type, "CmdArgs", s_fields);

    /// <summary>The message that is the value.</summary>
    public byte[] ToMessage(int type)
    {
        var writer = new GobWriter();
        writer.Signed(type);
        writer.Begin();
        writer.Field(0, ContainerId);
        writer.Field(1, NetNs);
        writer.Field(2, IfName);
        writer.Field(3, Args);
        writer.Field(4, Path);
        writer.Field(5, Config.Span);
        writer.End();
        return writer.ToMessage();
    }

    /// <summary>Reads a value.</summary>
    public static CallArguments From(GobValue value) => new()
    {
        ContainerId = value["ContainerID"].Text,
        NetNs = value["Netns"].Text,
        IfName = value["IfName"].Text,
        Args = value["Args"].Text,
        Path = value["Path"].Text,
        Config = value["StdinData"].Bytes,
    };
}
