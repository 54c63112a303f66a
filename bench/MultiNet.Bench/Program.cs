using System.Globalization;
using System.Text.Json;
using MultiNet.Bench;
using MultiNet.Bench.Daemon;
using MultiNet.Bench.Webhook;

// usage: MultiNet.Bench START_ROUNDS ATTACH_ROUNDS JSON_FILE, in a node of eng/node.sh that has the network namespaces pod-a to pod-c
//        MultiNet.Bench api ROUNDS, in such a node
//        MultiNet.Bench plugins here|vm ROUNDS JSON_FILE, in one that has pod-ours and pod-reference, dev-ours and dev-reference, uplink
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// The node daemon: "daemon-memory MULTINETD JSON_FILE"; "daemon-add MULTINETD ROUNDS", in a node that has pod-a to pod-c.
if (args[0] == "daemon-memory")
{
    await DaemonMemory.RunAsync(args[1], args[2]);
    return;
}

// The admission webhook: "webhook MULTINET_WEBHOOK JSON_FILE", or "webhook-knowledge ..." with a large cluster that it knows.
if (args[0] is "webhook" or "webhook-knowledge")
{
    await WebhookLoad.RunAsync(args[1], args[2], args[0] == "webhook-knowledge");
    return;
}

if (args[0] == "daemon-add")
{
    Directory.CreateDirectory("/run/bench");
    var found = await DaemonAdd.RunAsync(args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
    Console.WriteLine("A pod with its default network and three more, milliseconds");
    Print([.. found.Select(w => w.Add), .. found.Select(w => w.Del)]);
    return;
}

Directory.CreateDirectory("/run/bench");
if (args[0] == "plugins")
{
    PluginBenchmarks.Run(args[1] == "vm", int.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
    return;
}

if (args[0] == "api")
{
    var (direct, peak) = await ApiLatency.RunAsync(int.Parse(args[1], CultureInfo.InvariantCulture));
    Console.WriteLine("A pod with its default network and three more, by the source of pod and definitions, milliseconds");
    Print([.. direct.Select(w => w.Add)]);
    Console.WriteLine($"\nPeak memory of an ADD over TLS: {peak / 1024.0:F1} MiB");
    return;
}

PodNetworks.Write();

var start = Benchmarks.Start(int.Parse(args[0], CultureInfo.InvariantCulture));
Console.WriteLine("Process start (VERSION), milliseconds");
Print(start);

var ways = Benchmarks.Ways();
Benchmarks.Attach(ways, int.Parse(args[1], CultureInfo.InvariantCulture));
Console.WriteLine("\nA pod with its default network and three more, milliseconds");
Print([.. ways.Select(w => w.Add), .. ways.Select(w => w.Del)]);

(string Name, long KiB)[] memory =
[
    ("VERSION, multinet", Benchmarks.StartMemory(Benchmarks.MultiNet)),
    ("VERSION, reference bridge", Benchmarks.StartMemory("/opt/cni/reference/bridge")),
    .. ways.Select(w => (w.Name, Memory: w.Memory())).SelectMany(m => new[] { ($"ADD, {m.Name}", m.Memory.Add), ($"DEL, {m.Name}", m.Memory.Del) }),
];
Console.WriteLine("\nPeak memory of the largest process, MiB");
foreach (var (name, kib) in memory)
{
    Console.WriteLine($"  {name,-50} {kib / 1024.0,8:F1}");
}

(string Name, double Ratio)[] ratios =
[
    ("start: reference bridge / multinet", start[2].Median / start[0].Median),
    ("ADD: reference plugins / built-in, one after the other", ways[2].Add.Median / ways[0].Add.Median),
    ("ADD: reference plugins / built-in, side by side", ways[2].Add.Median / ways[1].Add.Median),
    ("DEL: reference plugins / built-in, one after the other", ways[2].Del.Median / ways[0].Del.Median),
    ("DEL: reference plugins / built-in, side by side", ways[2].Del.Median / ways[1].Del.Median),
    ("ADD: one after the other / side by side", ways[0].Add.Median / ways[1].Add.Median),
];
Console.WriteLine("\nHow many times faster (medians)");
foreach (var (name, ratio) in ratios)
{
    Console.WriteLine($"  {name,-60} {ratio,6:F1}");
}

using var file = File.Create(args[2]);
using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
json.WriteStartObject();
json.WriteStartArray("durations");
foreach (var (prefix, sample) in start.Select(s => ("VERSION, ", s)).Concat(ways.SelectMany(w => new[] { ("", w.Add), ("", w.Del) })))
{
    json.WriteStartObject();
    json.WriteString("name", prefix + sample.Name);
    json.WriteNumber("runs", sample.Count);
    json.WriteNumber("medianMs", Math.Round(sample.Median, 3));
    json.WriteNumber("p90Ms", Math.Round(sample.P90, 3));
    json.WriteNumber("leastMs", Math.Round(sample.Least, 3));
    json.WriteEndObject();
}

json.WriteEndArray();
json.WriteStartObject("peakMemoryKiB");
foreach (var (name, kib) in memory)
{
    json.WriteNumber(name, kib);
}

json.WriteEndObject();
json.WriteStartObject("ratios");
foreach (var (name, ratio) in ratios)
{
    json.WriteNumber(name, Math.Round(ratio, 2));
}

json.WriteEndObject();
json.WriteEndObject();

static void Print(IReadOnlyList<Sample> samples)
{
    Console.WriteLine($"  {"",-50} {"median",8} {"p90",8} {"least",8} {"runs",6}");
    foreach (var sample in samples)
    {
        Console.WriteLine($"  {sample.Name,-50} {sample.Median,8:F2} {sample.P90,8:F2} {sample.Least,8:F2} {sample.Count,6}");
    }
}
