using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-NAD-030 and 031 (and 034 within <c>dns</c>): keys that a plugin does not read, and values of a type that it refuses.</summary>
internal static class KeyRules
{
    private const string UnknownKey = "MN-NAD-030", WrongType = "MN-NAD-031";

    /// <summary>Judges the keys of an object.</summary>
    /// <param name="value">The object.</param>
    /// <param name="specs">The keys that are read.</param>
    /// <param name="alsoKnown">Keys that are no mistake, though nothing is to be said about their values.</param>
    /// <param name="reader">Who reads them, for messages: <c>the bridge plugin</c>.</param>
    /// <param name="findings">Where to tell.</param>
    /// <param name="except">A key that is not judged; null for none.</param>
    public static void Check(
        LocatedValue value, IReadOnlyList<KeySpec> specs, IReadOnlyList<KeySpec> alsoKnown, string reader, RuleFindings findings, Func<string, bool>? except = null)
    {
        foreach (var spec in specs)
        {
            if (spec.Shape != Shape.Any && except?.Invoke(spec.Name) != true && value.AnyCase(spec.Name) is { } found)
                CheckShape(found, spec, reader, findings);
        }
        foreach (var member in value.Children)
        {
            if (findings.IsFull)
                return;
            if (!IsKnown(member.Key!, specs) && !IsKnown(member.Key!, alsoKnown) && !IsRemark(member.Key!))
                findings.Warning(UnknownKey, member, $"{reader} does not know the key {Quoted.Text(member.Key!)} and ignores it", Suggest(member.Key!, specs));
        }
    }

    private static void CheckShape(LocatedValue found, KeySpec spec, string reader, RuleFindings findings)
    {
        if (!Fits(found, spec.Shape))
        {
            Mismatch(found, spec, findings);
            return;
        }
        switch (spec.Shape)
        {
            case Shape.Texts or Shape.TextMap:
                foreach (var item in found.Children)
                {
                    if (!item.IsNull && !Fits(item, Shape.Text))
                        findings.Error(spec == KeyTables.Dns ? "MN-NAD-034" : WrongType, item, $"expected a string, found {item.Found}", Requote(item, Shape.Text));
                }
                break;
            case Shape.Objects:
                foreach (var item in found.Children)
                    CheckItem(item, spec, reader, findings);
                break;
            case Shape.Object when spec.Members is not null:
                CheckMembers(found, spec, reader, findings);
                break;
        }
    }

    private static void CheckItem(LocatedValue item, KeySpec spec, string reader, RuleFindings findings)
    {
        if (item.Kind == JsonValueKind.Object)
            CheckMembers(item, spec, reader, findings);
        else if (!item.IsNull)
            findings.Error(WrongType, item, $"expected an object, found {item.Found}");
    }

    private static void CheckMembers(LocatedValue value, KeySpec spec, string reader, RuleFindings findings)
    {
        if (spec.Members is not { } members)
            return;
        if (spec != KeyTables.Dns)
        {
            Check(value, members, [], reader, findings);
            return;
        }
        // A rule of its own: who writes "nameserver" looks for DNS, not for types.
        foreach (var member in members)
        {
            if (value.AnyCase(member.Name) is not { } found)
                continue;
            bool fits = Fits(found, member.Shape);
            if (fits && member.Shape == Shape.Texts)
            {
                foreach (var item in found.Children)
                    fits &= item.IsNull || Fits(item, Shape.Text);
            }
            if (!fits)
                findings.Error("MN-NAD-034", found, $"expected {Describe(member.Shape)}, found {found.Found}");
        }
    }

    private static void Mismatch(LocatedValue found, KeySpec spec, RuleFindings findings) =>
        findings.Error(spec == KeyTables.Dns ? "MN-NAD-034" : WrongType, found, $"expected {Describe(spec.Shape)}, found {found.Found}", Requote(found, spec.Shape));

    private static bool Fits(LocatedValue value, Shape shape) => shape switch
    {
        Shape.Text => value is { Kind: JsonValueKind.String, Text: not null },
        Shape.Flag => value.Kind is JsonValueKind.True or JsonValueKind.False,
        Shape.Whole => value.TryGetLong(out long number) && number is >= int.MinValue and <= int.MaxValue,
        Shape.Count => value.Kind == JsonValueKind.Number && ulong.TryParse(value.Raw.Span, System.Globalization.NumberStyles.AllowLeadingSign, null, out _),
        Shape.Object or Shape.TextMap => value.Kind == JsonValueKind.Object,
        Shape.List or Shape.Texts or Shape.Objects => value.Kind == JsonValueKind.Array,
        Shape.TextOrNumber => value.Kind == JsonValueKind.Number || value is { Kind: JsonValueKind.String, Text: not null },
        Shape.FlagOrNumber => value.Kind is JsonValueKind.True or JsonValueKind.False || value.TryGetLong(out _),
        _ => true,
    };

    private static string Describe(Shape shape) => shape switch
    {
        Shape.Text => "a string",
        Shape.Flag => "true or false",
        Shape.Whole => "a whole number",
        Shape.Count => "a whole number that is not negative",
        Shape.Object or Shape.TextMap => "an object",
        Shape.List => "a list",
        Shape.Texts => "a list of strings",
        Shape.Objects => "a list of objects",
        Shape.TextOrNumber => "a string or a number",
        _ => "true, false, 0 or 1",
    };

    // A number or a flag that was written as text, or the other way round.
    private static string Requote(LocatedValue found, Shape shape)
    {
        if (shape == Shape.Text && found.Kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            return "put it into quotation marks";
        if (found.Kind != JsonValueKind.String)
            return "";
        bool isNumber = long.TryParse(found.Text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _);
        bool isFlag = found.Text is "true" or "false";
        return (shape is Shape.Whole or Shape.Count && isNumber) || (shape == Shape.Flag && isFlag) ? $"write {found.Text} without quotation marks" : "";
    }

    private static string Suggest(string key, IReadOnlyList<KeySpec> specs)
    {
        string[] names = new string[specs.Count];
        for (int i = 0; i < names.Length; i++)
            names[i] = specs[i].Name;
        return EditDistance.Nearest(key, names) is { } nearest ? $"did you mean \"{nearest}\"?" : "";
    }

    private static bool IsKnown(string key, IReadOnlyList<KeySpec> specs)
    {
        foreach (var spec in specs)
        {
            if (string.Equals(spec.Name, key, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    // What people write in place of comments, and keys of other standards, which have a domain.
    private static bool IsRemark(string key) =>
        key.Length == 0 || key[0] is '_' or '#' or '/' || key.Contains('.') || key.Contains('/')
        || key.Equals("comment", StringComparison.OrdinalIgnoreCase) || key.Equals("description", StringComparison.OrdinalIgnoreCase);
}
