using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>The second step of the installation while no webhook answers, as the table of deploy/README.md tells: by the conditions most things go on.</summary>
[Collection(ModernCollection.Name)]
public sealed class WebhookDownTests(ModernApiServer server) : IClassFixture<ModernApiServer>, IAsyncLifetime
{
    /// <summary>Registers it; there is none.</summary>
    public async Task InitializeAsync()
    {
        await server.ApplyAsync(await ModernWebhook.ManifestsAsync());
        await Eventually.HoldsAsync(
            "definitions are refused", async () => !(await server.CreateAsync(NetworkDefinition.Of("default", "blue", ApiLoad.Good), dryRun: true)).Succeeded);
        // The other configuration comes by a watch of its own: what is called and fails open is counted.
        await Eventually.HoldsAsync("pods would be completed", async () =>
        {
            (await server.CreateAsync(new PodManifest("any").ToJson("default"), dryRun: true)).MustSucceed();
            return (await server.CountersAsync()).Of("apiserver_admission_webhook_fail_open_count", ("name", "mutation.multinet.io")) > 0;
        });
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task DefinitionsAndPodsThatAskForNetworks_AreRefused()
    {
        var @namespace = await server.NamespaceAsync();

        Assert.Contains("failed calling webhook \"definitions.multinet.io\"", (await server.CreateAsync(NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good))).Message);
        Assert.Contains("failed calling webhook \"pods.multinet.io\"", (await server.CreateAsync(new PodManifest("web") { Networks = "blue" }.ToJson(@namespace))).Message);
    }

    [Fact]
    public async Task AllOtherPods_AreMade()
    {
        var @namespace = await server.NamespaceAsync();

        (await server.CreateAsync(new PodManifest("web").ToJson(@namespace))).MustSucceed();
        (await server.CreateAsync(new PodManifest("noted") { Annotations = new Dictionary<string, string> { ["example.com/note"] = "x" } }.ToJson(@namespace))).MustSucceed();
    }

    [Fact]
    public async Task WhatStands_GoesOn_AndGoes()
    {
        // Made where nobody is asked; then the namespace is as any other.
        var @namespace = await server.NamespaceAsync(("multinet.io/admission", "off"));
        var definition = NetworkDefinition.Of(@namespace, "blue", ApiLoad.Good);
        var pod = new PodManifest("web") { Networks = "blue" }.ToJson(@namespace);
        (await server.CreateAsync(definition)).MustSucceed();
        (await server.CreateAsync(pod)).MustSucceed();
        var own = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = @namespace } };
        (await server.PatchAsync(own, """{"metadata": {"labels": {"multinet.io/admission": null}}}""")).MustSucceed();
        await Eventually.HoldsAsync("the namespace is as any other", async () => !(await server.CreateAsync(NetworkDefinition.Of(@namespace, "red", ApiLoad.Good), dryRun: true)).Succeeded);

        foreach (var standing in (JsonObject[])[definition, pod])
        {
            (await server.PatchAsync(standing, """{"metadata": {"labels": {"colour": "blue"}}}""")).MustSucceed();
        }

        (await server.PatchAsync(pod, """{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/network-status": "[]"}}}""")).MustSucceed();
        (await server.DeleteAsync(definition)).MustSucceed();
        (await server.DeleteAsync(pod)).MustSucceed();
    }
}
