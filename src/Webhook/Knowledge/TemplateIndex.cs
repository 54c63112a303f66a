using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>Which workloads name a network in their templates of pods, by network.</summary>
internal sealed class TemplateIndex
{
    private const int MostNamed = 5;

    private readonly Dictionary<string, (int Count, List<string> Named)> _networks = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];

    /// <summary>A workload names a network.</summary>
    /// <param name="network">The definition's <c>namespace/name</c>.</param>
    /// <param name="workload"><c>Deployment default/web</c>.</param>
    public void Add(string network, string workload)
    {
        var (count, named) = _networks.GetValueOrDefault(network, (0, []));
        if (named.Count < MostNamed)
            named.Add(workload);
        _networks[network] = (count + 1, named);
    }

    /// <summary>Workloads of a kind could not be looked at, or not all of them.</summary>
    public void Miss(string reason) => _missing.Add(reason);

    /// <summary>Who names a network.</summary>
    public TemplateUse Of(string network)
    {
        var (count, named) = _networks.GetValueOrDefault(network, (0, []));
        return new TemplateUse(count, named, string.Join("; ", _missing));
    }
}
