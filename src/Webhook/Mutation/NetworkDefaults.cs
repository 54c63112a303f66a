using System.Text;
using MultiNet.Cni.Json;
using MultiNet.Networks;

namespace MultiNet.Webhook.Mutation;

/// <summary>Adds the networks that a namespace gives its pods (<see cref="AnnotationKeys.DefaultNetworks"/>) to those that a pod asks for.</summary>
internal static class NetworkDefaults
{
    /// <summary>
    /// The pod's annotation with the defaults that it lacks behind its own networks. What is there stays as it was written. Left out are
    /// networks that the pod asks for in any way itself, and those whose interface it gives to another one. The text as it was where nothing
    /// is lacking, or where the result would not be good.
    /// </summary>
    /// <param name="own">The pod's annotation, a valid one.</param>
    /// <param name="defaults">The namespace's.</param>
    /// <param name="namespace">The namespace.</param>
    /// <param name="podInterface">The interface of the cluster's default network.</param>
    public static string Add(string own, string defaults, string @namespace, string podInterface)
    {
        var given = NetworkSelectionAnnotation.Parse(defaults, podInterface);
        if (!given.IsValid || given.Elements.Count == 0)
            return own;
        if (string.IsNullOrWhiteSpace(own))
            return defaults;
        var asked = NetworkSelectionAnnotation.Parse(own, podInterface);
        var missing = Missing(asked.Elements, given.Elements, @namespace);
        if (missing.Count == 0)
            return own;
        string both = IsJson(own) || IsJson(defaults) ? AsJson(own, asked, defaults, missing) : $"{own.TrimEnd()}, {string.Join(", ", missing.Select(InCommaForm))}";
        var checkedAgain = NetworkSelectionAnnotation.Parse(both, podInterface);
        return checkedAgain.IsValid && Clashes(checkedAgain) <= Clashes(asked) ? both : own;
    }

    /// <summary>Is a text read as JSON, and not as a list of names?</summary>
    public static bool IsJson(string text) => text.AsSpan().ContainsAny("[{\"");

    private static List<NetworkSelectionElement> Missing(IReadOnlyList<NetworkSelectionElement> asked, IReadOnlyList<NetworkSelectionElement> given, string @namespace)
    {
        var there = new Dictionary<string, int>(StringComparer.Ordinal);
        var interfaces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in asked)
        {
            string network = element.QualifiedName(@namespace);
            there[network] = there.GetValueOrDefault(network) + 1;
            interfaces.Add(element.Interface.Length > 0 ? element.Interface : $"net{element.Index + 1}");
        }
        var missing = new List<NetworkSelectionElement>();
        foreach (var element in given)
        {
            string network = element.QualifiedName(@namespace);
            if (there.GetValueOrDefault(network) is var count and > 0)
                there[network] = count - 1;
            else if (element.Interface.Length == 0 || interfaces.Add(element.Interface))
                missing.Add(element);
        }
        return missing;
    }

    // MN-POD-009: a name that is given is one that would be made. Not refused, and a pod that does not start.
    private static int Clashes(NetworkSelectionAnnotation annotation)
    {
        int count = 0;
        foreach (var problem in annotation.Problems)
            count += problem.Rule == "POD-009" ? 1 : 0;
        return count;
    }

    private static string InCommaForm(NetworkSelectionElement element) =>
        $"{(element.Namespace.Length > 0 ? element.Namespace + "/" : "")}{element.Name}{(element.Interface.Length > 0 ? "@" + element.Interface : "")}";

    private static string AsJson(string own, NetworkSelectionAnnotation asked, string defaults, List<NetworkSelectionElement> missing)
    {
        var text = new StringBuilder();
        if (IsJson(own))
        {
            int end = own.LastIndexOf(']');
            text.Append(own.AsSpan(0, end).TrimEnd());
        }
        else
        {
            text.Append('[').AppendJoin(", ", asked.Elements.Select(InJsonForm));
        }
        byte[] utf8 = Encoding.UTF8.GetBytes(defaults);
        var written = IsJson(defaults) ? LocatedValue.Parse(utf8, new ProblemList(), "") : null;
        foreach (var element in missing)
        {
            text.Append(text[^1] == '[' ? "" : ", ");
            text.Append(written is null ? InJsonForm(element) : Encoding.UTF8.GetString(written.Children[element.Index].Raw.Span));
        }
        return text.Append(']').ToString();
    }

    private static string InJsonForm(NetworkSelectionElement element)
    {
        var json = new GoJsonWriter(indented: false);
        json.BeginObject();
        json.Name("name");
        json.String(element.Name);
        if (element.Namespace.Length > 0)
        {
            json.Name("namespace");
            json.String(element.Namespace);
        }
        if (element.Interface.Length > 0)
        {
            json.Name("interface");
            json.String(element.Interface);
        }
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written);
    }
}
