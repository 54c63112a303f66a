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
            // Last, so that it also wins for readers that take "Name" for the same key.
            int behindLast = root.Children.Count > 0 ? root.Children[^1].End : root.Start + 1;
            output.Write(config.Span[..behindLast]);
            output.Write(root.Children.Count > 0 ? ",\"name\":"u8 : "\"name\":"u8);
            output.Write(quoted.Written);
            output.Write(config.Span[behindLast..]);
        }
        return output.WrittenMemory;
    }
}
