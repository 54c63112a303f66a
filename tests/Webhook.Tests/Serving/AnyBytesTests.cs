using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace MultiNet.Webhook.Tests.Serving;

/// <summary>Whatever is sent, an answer comes that is bounded, and the next review is judged as ever.</summary>
public sealed class AnyBytesTests
{
    private const int Rounds = 150;

    [Theory]
    [InlineData("/validate")]
    [InlineData("/mutate")]
    public async Task AnyBody_IsAnswered(string path)
    {
        await using var webhook = await TestWebhook.StartAsync();

        foreach (byte[] body in ArbMap.Default.ArbFor<byte[]>().Generator.Sample(Rounds, 200))
            await AssertRefusedAsync(webhook, path, body);
        // Reviews with a byte changed somewhere are nearer to what is read.
        byte[] good = Encoding.UTF8.GetBytes(Review.Definition("""{"type":"bridge"}""").ToJson());
        var random = new System.Random(20261121);
        for (int i = 0; i < Rounds; i++)
        {
            byte[] changed = [.. good];
            for (int j = 0; j <= i % 4; j++)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            using var answer = await webhook.PostAsync(path, changed);
            Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest]);
            Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 64 * 1024);
        }
    }

    [Fact]
    public async Task AnyConfiguration_AndAnyAnnotation_IsJudged()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Knowledge = new FakeKnowledge().WithNamespace("team") });

        foreach (string text in ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(found => found.Get).Sample(Rounds, 100))
        {
            await webhook.ReviewAsync(Review.Definition(text));
            await webhook.ReviewAsync(Review.Pod(text));
            await webhook.ReviewAsync(Review.Pod("[" + text).Updating(Review.PodObject(text)));
        }
    }

    [Fact]
    public async Task AnyShapeOfAnObject_IsJudged()
    {
        await using var webhook = await TestWebhook.StartAsync();
        foreach (string value in (string[])["null", "7", "\"x\"", "[]", "[null]", "{}", "true", "1e400", "\"\\ud83d\\ude00\""])
        {
            foreach (string key in (string[])["metadata", "metadata.name", "metadata.annotations", "metadata.deletionTimestamp", "spec", "spec.config", "spec.containers", "spec.nodeSelector", "spec.template", "spec.replicas"])
            {
                string[] keys = key.Split('.');
                string found = keys.Length == 1 ? $"{{\"{keys[0]}\":{value}}}" : $"{{\"{keys[0]}\":{{\"{keys[1]}\":{value}}}}}";
                foreach (var review in (Review[])[Review.Definition(""), Review.Pod(""), Review.Pod("") with { Group = "apps", Resource = "deployments", Kind = "Deployment" }])
                {
                    foreach (string operation in (string[])["CREATE", "UPDATE", "DELETE"])
                    {
                        string json = (review with { Operation = operation, Object = null, OldObject = null }).ToJson()
                            .Replace("\"object\":null", $"\"object\":{found}", StringComparison.Ordinal).Replace("\"oldObject\":null", $"\"oldObject\":{found}", StringComparison.Ordinal);
                        using var answer = await webhook.PostAsync("/validate", Encoding.UTF8.GetBytes(json));
                        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{operation} {found}: {await answer.Content.ReadAsStringAsync()}");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task HostileObjects_OfTheLargestLength_AreAnswered_AndForgotten()
    {
        await using var webhook = await TestWebhook.StartAsync();
        const int Length = 6 * 1024 * 1024;
        string[] hostile =
        [
            // As many values as there can be, one value as long as it can be, as many keys as there can be.
            $"[{string.Concat(Enumerable.Repeat("1,", Length / 2))}1]",
            $"\"{new string('a', Length)}\"",
            $"{{{string.Join(',', Enumerable.Range(0, Length / 16).Select(i => $"\"k{i:d8}\":1"))}}}",
            $"\"{string.Concat(Enumerable.Repeat("\\n", Length / 2))}\"",
        ];
        foreach (string value in hostile)
        {
            foreach (string key in (string[])["metadata", "spec"])
            {
                string found = key == "metadata" ? $"{{\"metadata\":{{\"annotations\":{{\"k8s.v1.cni.cncf.io/networks\":{value}}}}}}}" : $"{{\"spec\":{{\"config\":{value}}}}}";
                var review = key == "metadata" ? Review.Pod("") : Review.Definition("");
                string json = (review with { Object = null }).ToJson().Replace("\"object\":null", $"\"object\":{found}", StringComparison.Ordinal);
                using var answer = await webhook.PostAsync("/validate?timeout=30s", Encoding.UTF8.GetBytes(json));
                Assert.Equal(value[0] == '[' ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.OK, answer.StatusCode);
                Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 64 * 1024);
            }
        }
        Assert.Contains("multinet_admission_body_bytes 0\n", webhook.Daemon.Metrics.Text(), StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(TestWebhook webhook, string path, byte[] body)
    {
        using var answer = await webhook.PostAsync(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 4096);
    }
}
