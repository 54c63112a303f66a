using System.Text.Json;

namespace MultiNet.Validation;

/// <summary>Takes out of a MultiNetworkPolicy what rules look at. What has another type than the kind gives it is passed over: its schema tells.</summary>
public static class MultiNetworkPolicyReader
{
    /// <summary>Reads a policy.</summary>
    /// <param name="policy">The object.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public static MultiNetworkPolicy Read(JsonElement policy, string @namespace, string name)
    {
        var spec = PodReader.Member(policy, "spec");
        var types = new List<string>();
        foreach (var type in PodReader.Items(spec, "policyTypes"))
        {
            if (PodReader.Text(type) is { } text)
                types.Add(text);
        }
        var blocks = new List<PolicyAddressBlock>();
        var ports = new List<PolicyPort>();
        ReadRules(spec, "ingress", "from", blocks, ports);
        ReadRules(spec, "egress", "to", blocks, ports);
        return new MultiNetworkPolicy
        {
            Namespace = @namespace, Name = name, Types = types, Blocks = blocks, Ports = ports,
            Networks = PodReader.Texts(PodReader.Member(PodReader.Member(policy, "metadata"), "annotations")).GetValueOrDefault(MultiNetworkPolicy.PolicyFor) ?? "",
        };
    }

    private static void ReadRules(JsonElement spec, string direction, string side, List<PolicyAddressBlock> blocks, List<PolicyPort> ports)
    {
        string field = "spec." + direction;
        int rule = 0;
        foreach (var found in PodReader.Items(spec, direction))
        {
            int peer = 0, port = 0;
            foreach (var item in PodReader.Items(found, side))
            {
                if (PodReader.Member(item, "ipBlock") is { ValueKind: JsonValueKind.Object } block)
                    blocks.Add(new PolicyAddressBlock(field, $"[{rule}].{side}[{peer}].ipBlock", PodReader.Text(PodReader.Member(block, "cidr")) ?? "", ExceptOf(block)));
                peer++;
            }
            foreach (var item in PodReader.Items(found, "ports"))
            {
                string protocol = PodReader.Text(PodReader.Member(item, "protocol")) ?? "";
                ports.Add(new PolicyPort(field, $"[{rule}].ports[{port++}]", Number(item, "port"), Number(item, "endPort"), protocol));
            }
            rule++;
        }
    }

    private static List<string> ExceptOf(JsonElement block)
    {
        var except = new List<string>();
        foreach (var item in PodReader.Items(block, "except"))
            except.Add(PodReader.Text(item) ?? "");
        return except;
    }

    private static long? Number(JsonElement item, string key) =>
        PodReader.Member(item, key) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long value) ? value : null;
}
