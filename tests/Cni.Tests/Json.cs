using System.Text;

namespace MultiNet.Cni.Tests;

/// <summary>Test input and output as text.</summary>
internal static class Json
{
    internal static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    internal static CniResult Result(string text, string version = "1.1.0") => CniResultReader.Read(Bytes(text), version, "result");

    internal static string Print(CniResult result, string version) => Text(CniResultWriter.Write(result, version));
}
