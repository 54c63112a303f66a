using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>The form of a lease on disk: JSON, options and messages in base64.</summary>
internal static class LeaseFile
{
    private const int Version = 1;

    internal static byte[] Write(Lease lease)
    {
        var json = new GoJsonWriter(indented: false);
        json.BeginObject();
        json.Name("version");
        json.Number(Version);
        Text(json, "containerID", lease.Id.ContainerId);
        Text(json, "network", lease.Id.Network);
        Text(json, "ifname", lease.Id.IfName);
        Text(json, "netns", lease.NetNs);
        Text(json, "mac", lease.HardwareAddress.ToString());
        Text(json, "state", lease.State == LeaseState.Bound ? "bound" : "requested");
        Text(json, "address", lease.Address.ToString());
        json.Name("since");
        json.Number(lease.Since.ToUnixTimeMilliseconds());
        Text(json, "serverMac", lease.ServerHardwareAddress.ToString());
        Text(json, "message", Convert.ToBase64String(lease.Message.ToBytes()));
        Text(json, "parameterRequestList", Convert.ToBase64String(lease.ParameterRequestList));
        json.Name("provide");
        json.BeginArray();
        foreach (var (code, value) in lease.Provided)
        {
            json.BeginObject();
            json.Name("option");
            json.Number(code);
            Text(json, "value", Convert.ToBase64String(value));
            json.EndObject();
        }
        json.EndArray();
        json.EndObject();
        return json.Written.ToArray();
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">It is none of this form.</exception>
    internal static Lease Read(ReadOnlyMemory<byte> content, string path)
    {
        var json = JsonFields.Parse(content, path);
        if (json.Int("version") != Version)
            throw new CniException(CniErrorCode.DecodingFailure, $"{path}: version {json.Int("version")} is not known", $"This daemon knows {Version}.");
        var provided = new List<(byte Code, byte[] Value)>();
        foreach (var item in json.Objects("provide"))
            provided.Add((checked((byte)Math.Clamp(item.Int("option"), 0, 255)), Bytes(item, "value")));
        if (!DhcpMessage.TryParse(Bytes(json, "message"), out var message))
            throw new CniException(CniErrorCode.DecodingFailure, $"{json.PathOf("message")}: not a DHCP message");
        var lease = new Lease
        {
            Id = new LeaseId(json.String("containerID"), json.String("network"), json.String("ifname")),
            NetNs = json.String("netns"),
            HardwareAddress = Mac(json, "mac"),
            State = json.String("state") == "bound" ? LeaseState.Bound : LeaseState.Requested,
            Since = Time(json, "since"),
            Message = message,
            ServerHardwareAddress = json.String("serverMac").Length == 0 ? default : Mac(json, "serverMac"),
            Provided = provided,
            ParameterRequestList = Bytes(json, "parameterRequestList"),
        };
        lease.Id.Validate();
        return lease;
    }

    private static void Text(GoJsonWriter json, string name, string value)
    {
        json.Name(name);
        json.String(value);
    }

    private static DateTimeOffset Time(JsonFields json, string key)
    {
        ulong milliseconds = json.NullableULong(key) ?? 0;
        return DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, 253_402_300_799_999));
    }

    private static MacAddress Mac(JsonFields json, string key) => MacAddress.TryParse(json.String(key), out var address)
        ? address
        : throw new CniException(CniErrorCode.DecodingFailure, $"{json.PathOf(key)}: not a hardware address");

    private static byte[] Bytes(JsonFields json, string key)
    {
        string text = json.String(key);
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length)
            ? bytes[..length]
            : throw new CniException(CniErrorCode.DecodingFailure, $"{json.PathOf(key)}: not base64");
    }
}
