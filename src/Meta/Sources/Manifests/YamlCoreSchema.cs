using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>
/// Which JSON value a scalar of YAML is (YAML 1.2.2, chapter 10.3 "Core Schema"): <c>yes</c> and <c>on</c> are strings, and whatever is
/// quoted is a string.
/// </summary>
internal static class YamlCoreSchema
{
    private const string Prefix = "tag:yaml.org,2002:";

    /// <summary>The value of a scalar.</summary>
    /// <exception cref="Cni.CniException">Code 6: a tag that is not known, or a number that JSON does not have.</exception>
    public static ManifestNode Resolve(Scalar scalar, ManifestPosition at)
    {
        string text = scalar.Value;
        string tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.IsNonSpecific ? "!" : scalar.Tag.Value;
        if (tag is "" or "?")
        {
            if (scalar.Style != ScalarStyle.Plain)
                return ManifestNode.Scalar(ManifestNodeKind.String, text, at);
            return Plain(text, at);
        }
        if (tag is "!" or Prefix + "str")
            return ManifestNode.Scalar(ManifestNodeKind.String, text, at);

        var node = Plain(text, at);
        bool fits = tag switch
        {
            Prefix + "null" => node.Kind == ManifestNodeKind.Null,
            Prefix + "bool" => node.Kind == ManifestNodeKind.Boolean,
            Prefix + "int" => node.Kind == ManifestNodeKind.Number && node.Text.AsSpan().IndexOfAny('.', 'e', 'E') < 0,
            Prefix + "float" => node.Kind == ManifestNodeKind.Number,
            _ => throw UnknownTag(tag, at),
        };
        return fits ? node : throw at.Error($"the value is tagged {tag}, but is {node.Describe()}");
    }

    /// <summary>Refuses a list or a mapping that is tagged as something else.</summary>
    /// <exception cref="Cni.CniException">Code 6.</exception>
    public static void CheckTag(TagName tag, string expected, ManifestPosition at)
    {
        if (!tag.IsEmpty && !tag.IsNonSpecific && tag.Value != expected)
            throw UnknownTag(tag.Value, at);
    }

    private static Cni.CniException UnknownTag(string tag, ManifestPosition at) =>
        at.Error($"the tag {tag} is not known", "known are those of YAML's core schema: !!str, !!int, !!float, !!bool, !!null, !!seq, !!map");

    private static ManifestNode Plain(string text, ManifestPosition at)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return ManifestNode.Scalar(ManifestNodeKind.Null, "", at);
            case "true" or "True" or "TRUE":
                return ManifestNode.Scalar(ManifestNodeKind.Boolean, "true", at);
            case "false" or "False" or "FALSE":
                return ManifestNode.Scalar(ManifestNodeKind.Boolean, "false", at);
        }
        if (Number(text) is { } number)
            return ManifestNode.Scalar(ManifestNodeKind.Number, number, at);
        string unsigned = text.TrimStart('+', '-');
        if (unsigned is ".inf" or ".Inf" or ".INF" || text is ".nan" or ".NaN" or ".NAN")
            throw at.Error($"{text} is a number that JSON, and so Kubernetes, does not have", "quote it where text was meant");
        return ManifestNode.Scalar(ManifestNodeKind.String, text, at);
    }

    /// <summary>The JSON form of a number of the core schema; null where the text is none.</summary>
    private static string? Number(string text)
    {
        char first = text[0];
        if (!char.IsAsciiDigit(first) && first is not ('+' or '-' or '.'))
            return null;
        if (text.Length > 2 && first == '0' && text[1] is 'x' or 'o')
            return Based(text.AsSpan(2), text[1] == 'x' ? 16 : 8);

        var rest = text.AsSpan(first is '+' or '-' ? 1 : 0);
        int whole = Digits(rest);
        int at = whole, fraction = 0;
        if (at < rest.Length && rest[at] == '.')
        {
            fraction = Digits(rest[(at + 1)..]);
            at += 1 + fraction;
        }
        if (whole == 0 && fraction == 0)
            return null;
        int mantissa = at;
        if (at < rest.Length && rest[at] is 'e' or 'E')
        {
            at++;
            if (at < rest.Length && rest[at] is '+' or '-')
                at++;
            int exponent = Digits(rest[at..]);
            if (exponent == 0)
                return null;
            at += exponent;
        }
        if (at != rest.Length)
            return null;

        // JSON has no plus, no leading zeros and no bare point.
        var digits = rest[..whole].TrimStart('0');
        return string.Concat(
            first == '-' ? "-" : "",
            digits.Length == 0 ? "0" : digits,
            fraction == 0 ? "" : rest[whole..mantissa],
            rest[mantissa..]);
    }

    // Up to 63 bits: a longer number of this form is text that only looks like one (a hash, a GUID).
    private static string? Based(ReadOnlySpan<char> digits, int @base)
    {
        if (digits.Length > (@base == 16 ? 15 : 20))
            return null;
        long value = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.FromHexString(['0', c])[0] : 16;
            if (digit >= @base)
                return null;
            value = value * @base + digit;
        }
        return value.ToString();
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count]))
            count++;
        return count;
    }
}
