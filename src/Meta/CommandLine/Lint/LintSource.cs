using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>A file as it was read, so that findings can point into it.</summary>
/// <param name="Name">The file as it was named; <c>stdin</c> for the standard input.</param>
/// <param name="Text">Its text; empty where it cannot be read.</param>
/// <param name="Documents">Its documents.</param>
/// <param name="Error">Why it cannot be read, or null.</param>
internal sealed record LintSource(string Name, string Text, IReadOnlyList<ManifestNode> Documents, CniException? Error)
{
    /// <summary>Columns of JSON count bytes, those of YAML characters.</summary>
    public bool IsJson { get; private init; }

    /// <summary>Reads a file.</summary>
    public static LintSource Read(string path)
    {
        try
        {
            return Parse(path, ManifestFiles.ReadBytes(path), ManifestFiles.IsJson(path));
        }
        catch (CniException e)
        {
            return new LintSource(path, "", [], e);
        }
    }

    /// <summary>Reads what came on the standard input: JSON where it begins like that, else YAML.</summary>
    public static LintSource ReadStandardInput(byte[] bytes)
    {
        var text = bytes.AsSpan();
        if (text.StartsWith("\ufeff"u8))
            text = text[3..];
        text = text.TrimStart(" \t\r\n"u8);
        return Parse("stdin", bytes, text is [(byte)'{' or (byte)'[', ..]);
    }

    private static LintSource Parse(string name, byte[] bytes, bool isJson)
    {
        try
        {
            var documents = ManifestFiles.Parse(name, bytes, isJson);
            return new LintSource(name, Encoding.UTF8.GetString(bytes).TrimStart('\ufeff'), documents, null) { IsJson = isJson };
        }
        catch (CniException e)
        {
            return new LintSource(name, "", [], e);
        }
    }
}
