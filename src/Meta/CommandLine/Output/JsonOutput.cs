using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MultiNet.Meta.CommandLine.Output;

/// <summary>Prints one JSON document, indented.</summary>
internal static class JsonOutput
{
    /// <summary>Prints what <paramref name="write"/> writes, and a line feed.</summary>
    public static void Write(TextWriter writer, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        // For terminals and jq, not for web pages: quotes and plus signs stay readable.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        writer.Write(Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
    }
}
