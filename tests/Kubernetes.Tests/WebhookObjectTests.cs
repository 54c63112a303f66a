using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Kubernetes.Tests;

public sealed class WebhookObjectTests
{
    [Fact]
    public async Task Secret_IsReadWithItsBytes()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.JsonAsync(
            """{"kind":"Secret","apiVersion":"v1","metadata":{"name":"ca","namespace":"n","resourceVersion":"7"},"type":"Opaque","data":{"ca.crt":"YWJj","empty":""}}""");
        using var client = server.Client();

        var secret = await client.GetAsync(ResourceTypes.Secrets, new ObjectKey("n", "ca"), default);

        Assert.Equal("abc", Encoding.UTF8.GetString(secret.Value("ca.crt")));
        Assert.True(secret.Value("empty").IsEmpty);
        Assert.True(secret.Value("missing").IsEmpty);
        Assert.Equal("GET /api/v1/namespaces/n/secrets/ca", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Secret_ThatIsMade_SaysWhatItIs_AndHasItsBytesInBase64()
    {
        await using var server = await ScriptedServer.StartAsync();
        var body = new JsonObject();
        server.Answer = async context =>
        {
            body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            await context.JsonAsync("""{"metadata":{"name":"ca"}}""", 201);
        };
        using var client = server.Client();

        await client.CreateAsync(
            ResourceTypes.Secrets, new Secret { Metadata = new ObjectMeta { Namespace = "n", Name = "ca" }, Data = new Dictionary<string, byte[]> { ["ca.crt"] = "abc"u8.ToArray() } }, default);

        Assert.Equal(("v1", "Secret", "YWJj"), ((string?)body["apiVersion"], (string?)body["kind"], (string?)body["data"]!["ca.crt"]));
        Assert.Equal("POST /api/v1/namespaces/n/secrets", Assert.Single(server.Requests));
    }

    [Fact]
    public void Secret_DoesNotTellItsValues_WhereItIsWritten() =>
        Assert.Equal("Secret n/ca", new Secret { Metadata = new ObjectMeta { Namespace = "n", Name = "ca" }, Data = new Dictionary<string, byte[]> { ["key"] = "secret"u8.ToArray() } }.ToString());

    [Fact]
    public async Task WebhookConfiguration_HasNoNamespace_AndTellsTheBundles()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.JsonAsync(
            """{"metadata":{"name":"multinet"},"webhooks":[{"name":"a.io","clientConfig":{"caBundle":"YWJj","service":{"name":"s"}}},{"name":"b.io","clientConfig":{"url":"https://b"}}]}""");
        using var client = server.Client();

        var found = await client.GetAsync(ResourceTypes.MutatingWebhookConfigurations, new ObjectKey("", "multinet"), default);

        Assert.Equal(["a.io", "b.io"], found.Webhooks!.Select(w => w.Name));
        Assert.Equal("abc"u8.ToArray(), found.Webhooks![0].ClientConfig.CaBundle);
        Assert.Null(found.Webhooks[1].ClientConfig.CaBundle);
        Assert.Equal("GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/multinet", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task StrategicMergePatch_SaysThatItIsOne()
    {
        await using var server = await ScriptedServer.StartAsync();
        string? body = null, type = null;
        server.Answer = async context =>
        {
            type = context.Request.ContentType;
            body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.JsonAsync("""{"metadata":{"name":"multinet"}}""");
        };
        using var client = server.Client();

        await client.StrategicMergePatchAsync(ResourceTypes.ValidatingWebhookConfigurations, new ObjectKey("", "multinet"), writer =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }, default);

        Assert.Equal("PATCH /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/multinet", Assert.Single(server.Requests));
        Assert.Equal(("application/strategic-merge-patch+json", "{}"), (type, body));
    }
}
