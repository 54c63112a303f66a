using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A MultiNetworkPolicy (<c>k8s.cni.cncf.io</c>, <c>v1beta1</c> and <c>v1beta2</c>), as far as rules look at it.</summary>
public sealed record MultiNetworkPolicy
{
    /// <summary>The API group.</summary>
    public const string Group = "k8s.cni.cncf.io";

    /// <summary>The kind.</summary>
    public const string Kind = "MultiNetworkPolicy";

    /// <summary>The resource.</summary>
    public const string Plural = "multi-networkpolicies";

    /// <summary>The annotation that names the definitions for which it holds: <c>net1, other/net2</c>.</summary>
    public const string PolicyFor = "k8s.v1.cni.cncf.io/policy-for";

    /// <summary>The field of this annotation.</summary>
    public const string PolicyForField = $"metadata.annotations[{PolicyFor}]";

    /// <summary>The namespace: whose pods it is about, and where names without a namespace are looked for.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The annotation <see cref="PolicyFor"/>; empty where it is absent.</summary>
    public string Networks { get; init; } = "";

    /// <summary>The types in <c>spec.policyTypes</c>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The blocks of addresses in all rules, with their fields.</summary>
    public IReadOnlyList<PolicyAddressBlock> Blocks { get; init; } = [];

    /// <summary>The ports in all rules, with their fields.</summary>
    public IReadOnlyList<PolicyPort> Ports { get; init; } = [];

    /// <summary>The items of <see cref="Networks"/>, as written, without white space around them.</summary>
    public IEnumerable<string> Items
    {
        get
        {
            foreach (string item in Networks.Split(','))
                yield return item.Trim();
        }
    }

    /// <summary>Takes an item apart: <c>[namespace/]name</c>.</summary>
    /// <returns>False where it is no such name.</returns>
    public bool TryRead(string item, out string @namespace, out string name)
    {
        ArgumentNullException.ThrowIfNull(item);
        int slash = item.IndexOf('/');
        (@namespace, name) = slash < 0 ? (Namespace, item) : (item[..slash], item[(slash + 1)..]);
        return KubernetesName.IsLabel(@namespace) && KubernetesName.IsSubdomain(name);
    }
}
