using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Tests.Knowledge;

/// <summary>The metrics tell which definitions are used, and never of more than two hundred.</summary>
public sealed class DefinitionUseTests
{
    private static string TextOf(params (string Network, int Attachments)[] uses)
    {
        var metrics = new WebhookMetrics();
        metrics.DefinitionUse.Set(() => DefinitionUse.Of(uses));
        return string.Join('\n', metrics.Text().Split('\n').Where(line => line.StartsWith("multinet_admission_nad_in_use{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Definitions_AreTold_WithTheirAttachments() => Assert.Equal(
        "multinet_admission_nad_in_use{namespace=\"team\",name=\"blue\"} 3\nmultinet_admission_nad_in_use{namespace=\"other\",name=\"red\"} 1", TextOf(("team/blue", 3), ("other/red", 1)));

    [Fact]
    public void OfMany_ThoseThatAreUsedMostAreTold()
    {
        string text = TextOf([.. Enumerable.Range(1, 5000).Select(i => ($"team/net{i:d4}", i / 2))]);
        Assert.Equal(200, text.Split('\n').Length);
        Assert.StartsWith("multinet_admission_nad_in_use{namespace=\"team\",name=\"net5000\"} 2500\n", text, StringComparison.Ordinal);
        // Of two that are used as much, the one whose name comes first.
        Assert.EndsWith("name=\"net4800\"} 2400", text, StringComparison.Ordinal);
    }
}
