using System.Net;

namespace MultiNet.Webhook.Tests.Serving;

public sealed class AllAddressesTests
{
    [Fact]
    public async Task Defaults_AreAddressesOfBothFamilies()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with
        {
            Config = parts.Config with { Listen = new IPEndPoint(IPAddress.IPv6Any, 0), HealthListen = new IPEndPoint(IPAddress.IPv6Any, 0) },
        });
        using var http = new HttpClient();

        Assert.Equal("alive\n", await http.GetStringAsync($"http://127.0.0.1:{webhook.Daemon.HealthBound!.Port}/livez"));
        Assert.Equal("ready\n", await http.GetStringAsync($"http://127.0.0.1:{webhook.Daemon.HealthBound.Port}/readyz"));
    }
}
