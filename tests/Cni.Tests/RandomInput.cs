using System.Text;

namespace MultiNet.Cni.Tests;

/// <summary>Seeded input of every kind of badness: random bytes, random JSON, and good documents with a few bytes changed.</summary>
internal sealed class RandomInput(int seed)
{
    private static readonly string[] Keys =
    [
        "cniVersion", "name", "type", "plugins", "ips", "address", "interface", "interfaces", "routes", "dst", "gw", "dns", "ip4", "ip", "mac", "mtu", "capabilities",
        "cniVersions", "disableCheck", "loadOnlyInlinedPlugins", "prevResult", "ipam", "args", "cni", "runtimeConfig", "\\ud800", "kind", "config", "result", "code", "msg", "NAME", "",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "99999999999999999999", "\"\"", "\"1.1.0\"", "\"0.2.0\"", "\"0.4.0\"", "\"net\"", "\"bridge\"", "\"10.0.0.1/8\"", "\"::/0\"",
        "\"10.0.0.1\"", "\"\\ud800\"", "\"../x\"", "\"\\u0000\"", "\"cniCacheV1\"", "\"ü\"", "\"true\"",
    ];

    private readonly Random _random = new(seed);

    internal byte[] Next() => _random.Next(4) switch
    {
        0 => RandomBytes(),
        1 => Mutated(Value(0)),
        _ => Encoding.UTF8.GetBytes(Value(0)),
    };

    internal string Object(int depth = 0)
    {
        var text = new StringBuilder("{");
        int count = _random.Next(6);
        for (int i = 0; i < count; i++)
            text.Append(i == 0 ? "" : ",").Append(Space()).Append('"').Append(Pick(Keys)).Append('"').Append(Space()).Append(':').Append(Space()).Append(Value(depth + 1)).Append(Space());
        return text.Append('}').ToString();
    }

    private string Value(int depth)
    {
        int kind = _random.Next(depth == 0 ? 12 : 10);
        if (depth > 5 || kind is > 4 and < 10)
            return Pick(Scalars);
        if (kind is 0 or 1)
            return "[" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth + 1))) + "]";
        return Object(depth);
    }

    private string Space() => _random.Next(8) switch { 0 => " ", 1 => "\n\t", _ => "" };

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private byte[] RandomBytes()
    {
        byte[] bytes = new byte[_random.Next(64)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Mutated(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < 3 && bytes.Length > 0; i++)
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        return bytes;
    }
}
