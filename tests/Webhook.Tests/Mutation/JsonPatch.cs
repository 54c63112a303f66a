using System.Globalization;
using System.Text.Json.Nodes;

namespace MultiNet.Webhook.Tests.Mutation;

/// <summary>Applies a JSON patch as RFC 6902 has it; refuses what an API server would.</summary>
internal static class JsonPatch
{
    public static JsonNode Apply(JsonNode root, IEnumerable<MultiNet.Webhook.Mutation.PatchOperation> operations)
    {
        root = root.DeepClone();
        foreach (var operation in operations)
        {
            Assert.Equal("add", operation.Op);
            string[] keys = [.. operation.Path.Split('/')[1..].Select(key => key.Replace("~1", "/").Replace("~0", "~"))];
            Assert.StartsWith("/", operation.Path, StringComparison.Ordinal);
            var parent = root;
            foreach (string key in keys[..^1])
                parent = (parent is JsonArray list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : parent.AsObject()[key]) ?? throw new InvalidOperationException($"{operation.Path}: nothing at {key}");
            var value = JsonNode.Parse(operation.Value);
            if (parent is not JsonArray array)
                parent.AsObject()[keys[^1]] = value;
            else if (keys[^1] == "-")
                array.Add(value);
            else
                array.Insert(int.Parse(keys[^1], CultureInfo.InvariantCulture), value);
        }
        return root;
    }
}
