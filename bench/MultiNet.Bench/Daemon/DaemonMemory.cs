using System.Text.Json;
using System.Text.Json.Nodes;

namespace MultiNet.Bench.Daemon;

/// <summary>The memory of the daemon with 500 pods and 200 definitions in its caches, at rest and under load.</summary>
internal static class DaemonMemory
{
    private const int Pods = 500, Definitions = 200, Namespaces = 50;

    /// <summary>Measures, prints a table, writes it to a file.</summary>
    public static async Task RunAsync(string program, string file)
    {
        await using var daemon = await DaemonUnderLoad.StartAsync();
        for (var i = 0; i < Namespaces; i++)
        {
            daemon.Cluster.AddNamespace($"namespace-{i}");
        }

        for (var i = 0; i < Definitions; i++)
        {
            daemon.Cluster.AddDefinition($"network-{i}", Configuration(i), $"namespace-{i % Namespaces}");
        }

        for (var i = 0; i < Pods; i++)
        {
            daemon.Cluster.AddPod(Pod(i, 0));
        }

        var state = Directory.CreateTempSubdirectory("multinet-bench-state-").FullName;
        var figures = new List<(string Moment, long Now, long Anonymous, long Peak)>();
        try
        {
            await daemon.StartDaemonAsync(program, state);
            Take("ready: 500 pods, 200 definitions");

            await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
            {
                for (var i = worker; i < 20 * Pods; i += 8)
                {
                    await daemon.AskAsync(Question(i % Pods));
                }
            }));
            Take("after 10,000 questions");

            for (var change = 1; change <= 3; change++)
            {
                for (var i = 0; i < Pods; i++)
                {
                    daemon.Cluster.AddPod(Pod(i, change));
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(3));
            Take("after 1,500 changes of pods");

            await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
            {
                for (var i = worker; i < Pods; i += 8)
                {
                    await daemon.AskAsync(Report(i));
                }
            }));
            Take("after 500 ADDs with status and events");

            await Task.Delay(TimeSpan.FromSeconds(10));
            Take("ten seconds later");
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }

        Console.WriteLine($"multinetd, {new FileInfo(program).Length / 1048576.0:F1} MiB of file; memory in MiB");
        Console.WriteLine($"  {"",-44} {"resident",9} {"anonymous",10} {"peak",7}");
        foreach (var (moment, now, anonymous, peak) in figures)
        {
            Console.WriteLine($"  {moment,-44} {now / 1024.0,9:F1} {anonymous / 1024.0,10:F1} {peak / 1024.0,7:F1}");
        }

        await using var output = File.Create(file);
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var (moment, now, anonymous, peak) in figures)
        {
            json.WriteStartObject(moment);
            json.WriteNumber("residentKiB", now);
            json.WriteNumber("anonymousKiB", anonymous);
            json.WriteNumber("peakKiB", peak);
            json.WriteEndObject();
        }

        json.WriteEndObject();

        void Take(string moment) => figures.Add((moment, daemon.Memory("VmRSS"), daemon.Memory("RssAnon"), daemon.Memory("VmHWM")));
    }

    private static string Configuration(int i) => $$$"""
        {"cniVersion": "1.0.0", "name": "network-{{{i}}}", "plugins": [
          {"type": "macvlan", "master": "eth{{{i % 8}}}", "mode": "bridge", "mtu": 9000,
           "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.{{{i}}}.0.0/16", "rangeStart": "10.{{{i}}}.1.10", "rangeEnd": "10.{{{i}}}.255.250", "gateway": "10.{{{i}}}.0.1"}]],
                    "routes": [{"dst": "172.16.0.0/12"}], "dataDir": "/var/lib/cni/networks"}},
          {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1", "net.ipv4.conf.IFNAME.arp_announce": "2"}}]}
        """;

    private static string Name(int i) => $"deployment-{i % 40}-5d4f7c9b8f-x{i:D4}";

    private static string Question(int i) =>
        $$"""{"v":1,"op":"pod","namespace":"namespace-{{i % Namespaces}}","name":"{{Name(i)}}","uid":"{{Uid(i)}}","definitions":["kube-system/none"],"defaultNetworkNamespace":"kube-system"}""";

    private static string Report(int i) => new JsonObject
    {
        ["v"] = 1, ["op"] = "attached", ["namespace"] = $"namespace-{i % Namespaces}", ["name"] = Name(i), ["uid"] = Uid(i), ["containerId"] = $"{i:x64}", ["ifName"] = "eth0",
        ["status"] = Status(i, 9), ["milliseconds"] = 9.5,
        ["attachments"] = new JsonArray(
        [
            .. Enumerable.Range(0, 4).Select(n => (JsonNode)new JsonObject
            {
                ["network"] = n == 0 ? "cluster-net" : $"namespace-{i % Namespaces}/network-{(i + n) % Definitions}", ["interface"] = n == 0 ? "eth0" : $"net{n}",
                ["plugins"] = new JsonArray("macvlan", "host-local", "tuning"), ["milliseconds"] = 2.5,
            }),
        ]),
    }.ToJsonString();

    private static string Uid(int i) => $"5d9f0b7e-7f44-4a53-9c3f-{i:x12}";

    private static string Status(int i, int change) => new JsonArray(
        [
            .. Enumerable.Range(0, 4).Select(n => (JsonNode)new JsonObject
            {
                ["name"] = $"namespace-{i % Namespaces}/network-{(i + n) % Definitions}", ["interface"] = $"net{n}", ["ips"] = new JsonArray($"10.{n}.{change}.{i % 250}"),
                ["mac"] = $"02:00:00:00:{n:x2}:{i % 256:x2}", ["default"] = n == 0, ["dns"] = new JsonObject(),
            }),
        ]).ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    // As large as pods are: containers with variables, probes and mounts, managed fields, conditions.
    private static JsonObject Pod(int i, int change) => new()
    {
        ["kind"] = "Pod",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = Name(i),
            ["namespace"] = $"namespace-{i % Namespaces}",
            ["uid"] = Uid(i),
            ["creationTimestamp"] = "2026-01-01T00:00:00Z",
            ["labels"] = new JsonObject { ["app"] = $"deployment-{i % 40}", ["pod-template-hash"] = "5d4f7c9b8f", ["version"] = "v1" },
            ["annotations"] = new JsonObject
            {
                ["k8s.v1.cni.cncf.io/networks"] = string.Join(',', Enumerable.Range(1, 3).Select(n => $"namespace-{(i + n) % Namespaces}/network-{(i + n) % Definitions}")),
                ["k8s.v1.cni.cncf.io/network-status"] = Status(i, change),
                ["kubectl.kubernetes.io/last-applied-configuration"] = new string('c', 2000),
                ["prometheus.io/scrape"] = "true",
            },
            ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "kubelet", ["fieldsV1"] = new JsonObject { ["f:status"] = new string('m', 1500) } }),
        },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = "node1",
            ["containers"] = new JsonArray(
            [
                .. Enumerable.Range(0, 2).Select(c => (JsonNode)new JsonObject
                {
                    ["name"] = $"container-{c}", ["image"] = $"registry.example/app:{c}",
                    ["env"] = new JsonArray([.. Enumerable.Range(0, 15).Select(e => (JsonNode)new JsonObject { ["name"] = $"VARIABLE_{e}", ["value"] = new string('v', 60) })]),
                }),
            ]),
        },
        ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = $"10.0.0.{i % 250}" },
    };
}
