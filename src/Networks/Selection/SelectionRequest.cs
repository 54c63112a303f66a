using System.Net;
using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>
/// What an element of the annotation asks of its attachment, as a text in which the same request is always the same: where it differs from
/// the text in the journal, the pod asks for something else, and the attachment is made anew. Definition and interface stand beside it.
/// </summary>
public static class SelectionRequest
{
    private const string DefaultRouteKey = "default-route";

    /// <summary>The text: one line of JSON, keys in alphabetical order; <c>{}</c> where nothing is asked for.</summary>
    public static string Of(NetworkSelectionElement element)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (capability, value) in CapabilityArguments.Of(element))
            members[capability] = Encoding.UTF8.GetString(value.Span);
        if (element.CniArgs.Exists)
            members["cni-args"] = Text(writer => WriteSorted(writer, element.CniArgs.Element));
        if (element.DefaultRoute is { } gateways)
            members[DefaultRouteKey] = Text(writer => WriteAddresses(writer, gateways));
        if (element.IpamClaimReference.Length > 0)
            members["ipam-claim-reference"] = Text(writer => writer.String(element.IpamClaimReference));
        return Text(writer =>
        {
            writer.BeginObject();
            foreach (var (key, value) in members)
            {
                writer.Name(key);
                writer.Raw(Encoding.UTF8.GetBytes(value));
            }
            writer.EndObject();
        });
    }

    /// <summary>The gateways of <c>default-route</c>, or null where the request has none.</summary>
    /// <exception cref="CniException">Code 6: the text is no request.</exception>
    public static IReadOnlyList<IPAddress>? DefaultRouteOf(string request)
    {
        if (!request.Contains(DefaultRouteKey, StringComparison.Ordinal))
            return null;
        var fields = JsonFields.Parse(Encoding.UTF8.GetBytes(request), "what an attachment was asked for");
        if (!fields.Has(DefaultRouteKey))
            return null;
        var gateways = new List<IPAddress>();
        foreach (string text in fields.Strings(DefaultRouteKey))
        {
            if (IPText.TryParse(text, out var gateway))
                gateways.Add(gateway);
        }
        return gateways;
    }

    private static string Text(Action<GoJsonWriter> write)
    {
        var writer = new GoJsonWriter(indented: false);
        write(writer);
        return Encoding.UTF8.GetString(writer.Written);
    }

    private static void WriteAddresses(GoJsonWriter writer, IReadOnlyList<IPAddress> addresses)
    {
        writer.BeginArray();
        foreach (var address in addresses)
            writer.String(address.ToString());
        writer.EndArray();
    }

    // The annotation was parsed, so its depth is limited.
    private static void WriteSorted(GoJsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                    members[member.Name] = member.Value;
                writer.BeginObject();
                foreach (var (name, member) in members)
                {
                    writer.Name(name);
                    WriteSorted(writer, member);
                }
                writer.EndObject();
                break;
            case JsonValueKind.Array:
                writer.BeginArray();
                foreach (var item in value.EnumerateArray())
                    WriteSorted(writer, item);
                writer.EndArray();
                break;
            default:
                writer.Raw(RawJson.BytesOf(value));
                break;
        }
    }
}
