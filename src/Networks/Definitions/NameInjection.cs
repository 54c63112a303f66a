using System.Buffers;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Puts a network's name into a configuration that has none, without touching another byte.</summary>
internal static class NameInjection
{
    public static ReadOnlyMemory<byte> Inject(ReadOnlyMemory<byte> config, LocatedValue root, string name)
    {
        var written = root.Exact("name");
        if (written is not null && !written.IsNull && written.Text is not "")
            return config;

        var quoted = new GoJsonWriter(indented: false);
        quoted.String(name);
        var output = new ArrayBufferWriter<byte>(config.Length + quoted.Written.Length + 16);
        if (written is not null)
        {
            output.Write(config.Span[..written.Start]);
            output.Write(quoted.Written);
            output.Write(config.Span[written.End..]);
        }
        else
        {
            int behindBrace = root.Start + 1;
            output.Write(config.Span[..behindBrace]);
            output.Write("\"name\":"u8);
            output.Write(quoted.Written);
            if (root.Children.Count > 0)
                output.Write(","u8);
            output.Write(config.Span[behindBrace..]);
        }
        return output.WrittenMemory;
    }
}
