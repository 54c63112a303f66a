using MultiNet.Hosting.Metrics;

namespace MultiNet.Daemon.Tests.Metrics;

public sealed class MetricsTests
{
    [Fact]
    public async Task Reports_AreCountedByNetworkPluginAndCode()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.AddPod("web");
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);

        await daemon.AskAsync(Reports.Attached("web"));
        await daemon.AskAsync(Reports.Failed("web", "no"));
        await daemon.AskAsync(Reports.Detached("web"));

        string text = daemon.Context.Metrics.Text();
        Assert.Contains("""multinet_attach_duration_seconds_bucket{network="cluster",plugin="bridge,host-local",le="0.0025"} 0""", text);
        Assert.Contains("""multinet_attach_duration_seconds_bucket{network="cluster",plugin="bridge,host-local",le="0.005"} 1""", text);
        Assert.Contains("""multinet_attach_duration_seconds_sum{network="default/blue",plugin="macvlan"} 0.3""", text);
        Assert.Contains("""multinet_detach_duration_seconds_count{network="default/blue",plugin="macvlan"} 1""", text);
        Assert.Contains("""multinet_errors_total{verb="ADD",code="7"} 1""", text);
        Assert.Contains("""multinet_status_writes_total{result="written"} 1""", text);
        Assert.Contains("""multinet_cache_objects{cache="pods"} 1""", text);
        Assert.Contains("# TYPE multinet_attach_duration_seconds histogram", text);
        Assert.Contains("multinet_build_info{version=\"", text);
    }

    [Fact]
    public void Labels_AreEscaped_AndLimited()
    {
        var counter = new Counter("c_total", "Help.", "l");
        counter.Add(1, "a\"b\\c\nd");
        for (int i = 0; i < 2 * MetricFamily.MostSeries; i++)
            counter.Add(1, $"x{i}");
        var text = new System.Text.StringBuilder();
        counter.Write(text);

        Assert.Contains("""c_total{l="a\"b\\c\nd"} 1""", text.ToString());
        Assert.Equal(MetricFamily.MostSeries + 1, text.ToString().Split("c_total{").Length - 1);
        Assert.Equal(MetricFamily.MostSeries + 1, counter.Value("other"));
    }
}
