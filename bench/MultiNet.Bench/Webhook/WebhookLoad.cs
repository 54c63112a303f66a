using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Bench.Webhook;

/// <summary>The admission webhook over TLS on loopback: how soon it is ready, how long reviews take, what it holds.</summary>
internal static class WebhookLoad
{
    private const string HostName = "multinet-webhook.multinet-webhook.svc";
    private const int Reviews = 4000;

    // Memory that nobody uses is given back every five seconds.
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(12);

    /// <summary>Measures, prints a table, writes it to a file.</summary>
    /// <param name="program">The executable.</param>
    /// <param name="file">The file.</param>
    /// <param name="withKnowledge">Does it know a large cluster?</param>
    public static async Task RunAsync(string program, string file, bool withKnowledge)
    {
        using var authority = new TestAuthority();
        await using var cluster = withKnowledge ? await LargeCluster.StartAsync(authority) : null;
        var folder = Directory.CreateTempSubdirectory("multinet-bench-webhook-").FullName;
        try
        {
            int port = FreePort(), health = FreePort();
            using (var certificate = authority.Issue(HostName, null, HostName))
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
                await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            }

            await (cluster?.WriteKubeconfigAsync($"{folder}/kubeconfig", authority) ?? Task.CompletedTask);
            await File.WriteAllTextAsync(Path.Combine(folder, "webhook.json"), new JsonObject
            {
                ["listen"] = $"127.0.0.1:{port}", ["healthListen"] = $"127.0.0.1:{health}", ["clusterKnowledge"] = cluster is null ? "off" : "required",
                ["kubeconfig"] = cluster is null ? "" : $"{folder}/kubeconfig", ["drainSeconds"] = 0, ["logLevel"] = "warning",
                ["certificates"] = new JsonObject { ["mode"] = "files", ["certFile"] = $"{folder}/tls.crt", ["keyFile"] = $"{folder}/tls.key" },
            }.ToJsonString());

            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(program, ["--config", $"{folder}/webhook.json"]))!;
            try
            {
                await ReadyAsync(health);
                var ready = Stopwatch.GetElapsedTime(started);
                var moments = new List<WebhookMemory> { Take(process, "ready") };
                await Task.Delay(s_rest);
                moments.Add(Take(process, "twelve seconds later: idle"));
                var samples = new List<ReviewSample>();
                foreach (var inFlight in (int[])[1, 16, 64])
                {
                    await LoadAsync(process, authority, port, inFlight, Reviews / 4);
                    samples.Add(await LoadAsync(process, authority, port, inFlight, Reviews));
                }

                moments.Add(Take(process, "after all reviews"));
                if (cluster is not null)
                {
                    // The last one of the changes is seen when as many reviews again are answered.
                    var changing = Task.Run(cluster.Change);
                    await LoadAsync(process, authority, port, 16, Reviews);
                    await changing;
                    moments.Add(Take(process, "and 5,000 changes of pods beside them"));
                }

                await Task.Delay(s_rest);
                moments.Add(Take(process, "twelve seconds later"));
                Print(program, ready, moments, samples, file);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ReviewSample> LoadAsync(Process process, TestAuthority authority, int port, int inFlight, int count)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(authority.Pem);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = inFlight,
            SslOptions = new SslClientAuthenticationOptions { TargetHost = HostName, CertificateChainPolicy = policy },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        byte[][] bodies = [Definition(), Pod()];
        var took = new double[count];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(bodies[i % 2]);
                content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                using var answer = await http.PostAsync(new Uri($"https://{HostName}/validate?timeout=10s"), content);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                took[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        }));
        var all = Stopwatch.GetElapsedTime(started);
        Array.Sort(took);
        return new ReviewSample(inFlight, count, took[count / 2], took[count * 99 / 100], count / all.TotalSeconds, Memory(process, "VmRSS"));
    }

    private static WebhookMemory Take(Process process, string moment) => new(moment, Memory(process, "VmRSS"), Memory(process, "RssAnon"), Memory(process, "VmHWM"));

    private static void Print(string program, TimeSpan ready, List<WebhookMemory> moments, List<ReviewSample> samples, string file)
    {
        Console.WriteLine($"multinet-webhook, {new FileInfo(program).Length / 1048576.0:F1} MiB of file; ready {ready.TotalMilliseconds:F0} ms after its start");
        Console.WriteLine($"  {"in flight",9} {"reviews",8} {"p50 ms",8} {"p99 ms",8} {"a second",9} {"MiB",6}");
        foreach (var sample in samples)
        {
            Console.WriteLine($"  {sample.InFlight,9} {sample.Reviews,8} {sample.Median,8:F2} {sample.P99,8:F2} {sample.PerSecond,9:F0} {sample.ResidentKiB / 1024.0,6:F1}");
        }

        Console.WriteLine($"  {"memory, MiB",-40} {"resident",9} {"anonymous",10} {"peak so far",12}");
        foreach (var moment in moments)
        {
            Console.WriteLine($"  {moment.Moment,-40} {moment.ResidentKiB / 1024.0,9:F1} {moment.AnonymousKiB / 1024.0,10:F1} {moment.PeakKiB / 1024.0,12:F1}");
        }

        using var output = File.Create(file);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("readyMs", Math.Round(ready.TotalMilliseconds, 1));
        json.WriteStartArray("memory");
        foreach (var moment in moments)
        {
            json.WriteStartObject();
            json.WriteString("moment", moment.Moment);
            json.WriteNumber("residentKiB", moment.ResidentKiB);
            json.WriteNumber("anonymousKiB", moment.AnonymousKiB);
            json.WriteNumber("peakKiB", moment.PeakKiB);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("load");
        foreach (var sample in samples)
        {
            json.WriteStartObject();
            json.WriteNumber("inFlight", sample.InFlight);
            json.WriteNumber("medianMs", Math.Round(sample.Median, 3));
            json.WriteNumber("p99Ms", Math.Round(sample.P99, 3));
            json.WriteNumber("perSecond", Math.Round(sample.PerSecond));
            json.WriteNumber("residentKiB", sample.ResidentKiB);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task ReadyAsync(int port)
    {
        using var http = new HttpClient();
        var deadline = Stopwatch.GetTimestamp() + 60 * Stopwatch.Frequency;
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetTimestamp() < deadline)
            {
                // It does not listen yet.
            }

            await Task.Delay(1);
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static long Memory(Process process, string key)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(found => found.StartsWith(key + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(key.Length + 1).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }

    private static byte[] Definition() => Review("k8s.cni.cncf.io", "network-attachment-definitions", "NetworkAttachmentDefinition", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "blue", ["namespace"] = "team" },
        ["spec"] = new JsonObject
        {
            ["config"] = """
                {"cniVersion": "1.0.0", "name": "blue", "plugins": [
                  {"type": "macvlan", "master": "eth1", "mode": "bridge", "mtu": 9000,
                   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.1.0.0/16", "rangeStart": "10.1.1.10", "rangeEnd": "10.1.255.250", "gateway": "10.1.0.1"}]]}},
                  {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}]}
                """,
        },
    });

    // As large as pods are: some 10 KiB.
    private static byte[] Pod() => Review("", "pods", "Pod", new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["generateName"] = "web-", ["namespace"] = "team",
            ["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/networks"] = """[{"name":"blue","interface":"net1"},{"name":"red","interface":"net2","mac":"02:00:00:00:00:01"}]""" },
            ["managedFields"] = new JsonArray(new JsonObject { ["fieldsV1"] = new JsonObject { ["f:spec"] = new string('m', 2000) } }),
        },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray([.. Enumerable.Range(0, 3).Select(c => (JsonNode)new JsonObject
            {
                ["name"] = $"container-{c}", ["image"] = "registry.example/app:1",
                ["env"] = new JsonArray([.. Enumerable.Range(0, 25).Select(e => (JsonNode)new JsonObject { ["name"] = $"VARIABLE_{e}", ["value"] = new string('v', 60) })]),
            })]),
        },
    });

    private static byte[] Review(string group, string resource, string kind, JsonObject found) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002", ["operation"] = "CREATE", ["namespace"] = "team", ["name"] = "blue",
            ["kind"] = new JsonObject { ["group"] = group, ["version"] = "v1", ["kind"] = kind },
            ["resource"] = new JsonObject { ["group"] = group, ["version"] = "v1", ["resource"] = resource },
            ["userInfo"] = new JsonObject { ["username"] = "bench" }, ["object"] = found,
        },
    }.ToJsonString());
}
