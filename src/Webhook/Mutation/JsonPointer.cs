using System.Globalization;

namespace MultiNet.Webhook.Mutation;

/// <summary>Paths into JSON (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>The path of the root.</summary>
    public const string Root = "";

    /// <summary>The path of a member: <c>~</c> becomes <c>~0</c>, <c>/</c> becomes <c>~1</c>.</summary>
    public static string Member(string path, string key) =>
        $"{path}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The path of an element.</summary>
    public static string Element(string path, int index) => $"{path}/{index.ToString(CultureInfo.InvariantCulture)}";
}
