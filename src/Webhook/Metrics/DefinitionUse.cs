namespace MultiNet.Webhook.Metrics;

/// <summary>How much definitions are used, as series.</summary>
internal static class DefinitionUse
{
    /// <summary>The series of each definition.</summary>
    /// <param name="uses">Definitions by their <c>namespace/name</c>, and attachments.</param>
    public static IReadOnlyList<(string[] Values, double Number)> Of(IReadOnlyList<(string Network, int Attachments)> uses)
    {
        var series = new (string[], double)[uses.Count];
        for (int i = 0; i < series.Length; i++)
        {
            var (network, attachments) = uses[i];
            int slash = network.IndexOf('/');
            series[i] = ([network[..slash], network[(slash + 1)..]], attachments);
        }
        return series;
    }
}
