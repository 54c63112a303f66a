using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>
/// Hundreds of calls whose standard input, environment, annotation or definition was changed at random: each succeeds or is an error as
/// the specification has it, none hangs or crashes, and once DEL was called with the same input, nothing is left.
/// </summary>
public sealed class AnyInputTests(BadInputNode node) : IClassFixture<BadInputNode>
{
    private const int Calls = 100;

    private const string Annotation = """
        [{"name": "storage", "interface": "data0", "default-route": ["10.71.0.1"], "cni-args": {"a": {"b": [1]}}},
         {"name": "fixed", "namespace": "default", "ips": ["10.72.0.7/24"], "mac": "02:00:00:00:00:07"}]
        """;

    private static readonly Dictionary<string, string> Alone = new()
    {
        ["bridge"] = """
            {"cniVersion": "1.1.0", "name": "alone", "type": "bridge", "bridge": "br-storage", "isGateway": true, "ipMasq": true, "mtu": 1400,
             "hairpinMode": true, "macspoofchk": true, "runtimeConfig": {"mac": "02:00:00:00:00:09"}, "dns": {"nameservers": ["10.1.1.1"]},
             "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.75.0.0/24", "rangeStart": "10.75.0.9"}], [{"subnet": "fd00:75::/64"}]], "routes": [{"dst": "0.0.0.0/0"}]}}
            """,
        ["ptp"] = """
            {"cniVersion": "1.0.0", "name": "alone", "type": "ptp", "ipMasq": true, "mtu": 1300,
             "ipam": {"type": "static", "addresses": [{"address": "10.76.0.5/24", "gateway": "10.76.0.1"}], "routes": [{"dst": "10.0.0.0/8", "priority": 5}]}}
            """,
        ["host-local"] = """{"cniVersion": "0.4.0", "name": "alone", "ipam": {"type": "host-local", "subnet": "10.77.0.0/24", "gateway": "10.77.0.1"}, "args": {"cni": {"ips": ["10.77.0.5"]}}}""",
        ["static"] = """{"cniVersion": "0.3.1", "name": "alone", "ipam": {"type": "static", "addresses": [{"address": "10.78.0.5/24"}], "dns": {"domain": "x"}}}""",
        ["tuning"] = """
            {"cniVersion": "1.0.0", "name": "alone", "type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}, "mtu": 1400,
             "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "eth0", "sandbox": "/run/netns/pod1"}], "ips": [{"address": "10.1.1.1/24", "interface": 0}]}}
            """,
        ["loopback"] = """{"cniVersion": "1.1.0", "name": "alone", "type": "loopback"}""",
    };

    private static readonly string[] Pieces =
    [
        "null", "[]", "{}", "[null]", "\"\"", "0", "-1", "1e999", "99999999999999999999", "true", "\"\\u0000\"", "\"\\ud800\"", "\"../..\"", "\"a b\"",
        "\"sixteen-letters-\"", "\"10.1.2.3/33\"", "\"::ffff:1.2.3.4\"", "\"fe80::1%lo\"", "\"02:00:00:00:00:07\"", "\"eth0\"", "\"lo\"", "[[[[[[[[]]]]]]]]", "\"%s%n\"", "\"\\n\"",
    ];

    private static readonly string[] Values =
    [
        "", " ", "..", "/", "a/b", "eth0", "lo", "net%d", "pod1", "/run/netns/pod1", "/etc/passwd", "/proc/self/ns/net", "/nowhere", ";", "=", ";;;", "a=b=c",
        "IgnoreUnknown=maybe", "IP=10.72.0.8", "MAC=zz", "K8S_POD_NAME=pod1", "\n", "\u00e4", "0", "-", new string('x', 300), "1", "true",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnyInput_IsServedOrRefused_AndLeavesNothing(int seed)
    {
        var random = new Random(seed);

        // The chains that all attachments share.
        foreach (var (plugin, config) in Alone.Where(p => p.Key != "tuning"))
        {
            (await node.RunAsync(Call.Of("ADD", config) with { Plugin = plugin })).MustSucceed();
            (await node.RunAsync(Call.Of("DEL", config) with { Plugin = plugin })).MustSucceed();
        }

        await ClearAsync();
        await node.RememberAsync();

        Directory.CreateDirectory(node.Node.Outside("/opt/calls"));
        for (var i = 0; i < Calls; i++)
        {
            Write(random, i);
        }

        // One shell for all: the calls are worth milliseconds each, starting a shell for each would be worth more.
        await node.Node.ShellAsync("""
            cd /opt/calls
            for i in *; do
              cp $i/pod.json /etc/multinet/manifests/pod-pod1.json
              cp $i/net.json /etc/multinet/manifests/net-bad.json
              xargs -0 -a $i/env sh -c 'i=$1; shift; env -i PATH=$PATH "$@" timeout -k 1 20 /opt/cni/bin/$(cat $i/plugin) <$i/in >$i/out 2>$i/err; echo $? >$i/code' call $i
              xargs -0 -a $i/env sh -c 'i=$1; shift; env -i PATH=$PATH "$@" CNI_COMMAND=DEL timeout -k 1 20 /opt/cni/bin/$(cat $i/plugin) <$i/in >$i/del-out 2>>$i/err; echo $? >$i/del-code' call $i
            done
            """);

        for (var i = 0; i < Calls; i++)
        {
            Judge(i);
        }

        await ClearAsync();
        await node.NothingMustBeLeftAsync($"the calls of seed {seed}");
    }

    private void Judge(int i)
    {
        var folder = node.Node.Outside($"/opt/calls/{i}");
        var what = $"call {i}: {Text("plugin")} with {Text("env").Replace('\0', ' ')}\n{Text("in")}\npod: {Text("pod.json")}\nnetwork: {Text("net.json")}";
        foreach (var (output, code) in new[] { ("out", "code"), ("del-out", "del-code") })
        {
            var answer = new Answer(int.Parse(Text(code), CultureInfo.InvariantCulture), File.ReadAllBytes(Path.Combine(folder, output)), Text("err"));
            if (answer.ExitCode == 0)
            {
                Assert.DoesNotContain("nhandled", answer.Errors, StringComparison.Ordinal);
                continue;
            }

            try
            {
                answer.MustBeAnError();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{output} of {what}", e);
            }
        }

        // What was attached is released with the very same input.
        Assert.True(Text("code").Trim() != "0" || !Text("env").Contains("CNI_COMMAND=ADD\0", StringComparison.Ordinal) || Text("del-code").Trim() == "0",
            $"not released: {Text("del-out")}\n{what}");

        string Text(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, file)));
    }

    private void Write(Random random, int i)
    {
        var plugin = random.Next(3) > 0 ? "multinet" : Alone.Keys.ElementAt(random.Next(Alone.Count));
        var input = plugin == "multinet"
            ? BadInputNode.Configuration(new JsonObject { ["runtimeConfig"] = new JsonObject { ["portMappings"] = new JsonArray(1) }, ["parallel"] = random.Next(2) == 0 ? "off" : "all" })
            : Alone[plugin];
        var annotation = Annotation;
        var network = """{"cniVersion": "1.0.0", "name": "bad", "plugins": [{"type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.74.0.0/24"}}, {"type": "tuning", "mtu": 1400}]}""";
        var call = Call.Of(random.Next(4) > 0 ? "ADD" : Pick(random, ["DEL", "CHECK", "STATUS", "GC", "VERSION"]), []);
        var bytes = Encoding.UTF8.GetBytes(input);
        switch (plugin == "multinet" ? random.Next(5) : random.Next(3))
        {
            case 0:
                call = call.With(Pick(random, [.. call.Environment.Keys.Where(k => k != "CNI_COMMAND")]), random.Next(4) == 0 ? null : Pick(random, Values));
                break;
            case 1:
                bytes = Bytes(random, bytes);
                break;
            case 2:
                bytes = Encoding.UTF8.GetBytes(Json(random, input));
                break;
            case 3:
                annotation = random.Next(2) == 0 ? Json(random, annotation) : Encoding.UTF8.GetString(Bytes(random, Encoding.UTF8.GetBytes(annotation)));
                break;
            default:
                annotation = "storage,bad";
                network = Json(random, network);
                break;
        }

        var folder = $"/opt/calls/{i}";
        node.DefinePod(BadInputNode.Pod, annotation);
        node.Define("bad", network);
        node.Node.Write($"{folder}/plugin", plugin);
        node.Node.Write($"{folder}/env", string.Concat(call.Environment.Select(v => $"{v.Key}={v.Value}\0")));
        File.WriteAllBytes(node.Node.Outside($"{folder}/in"), bytes);
        File.Copy(node.Node.Outside($"{BadInputNode.Manifests}/pod-{BadInputNode.Pod}.json"), node.Node.Outside($"{folder}/pod.json"), overwrite: true);
        File.Copy(node.Node.Outside($"{BadInputNode.Manifests}/net-bad.json"), node.Node.Outside($"{folder}/net.json"), overwrite: true);
    }

    // What stays for the next pod by design: bridges, under whatever name, with their gateways' addresses; 127.0.0.1, which the kernel
    // gives to lo and never takes away.
    private Task ClearAsync() => node.Node.ShellAsync("""
        rm -rf /opt/calls
        ip -o link show type bridge | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | grep -v -x -e cni0 -e br-storage | while read -r bridge; do ip link delete "$bridge"; done
        for bridge in cni0 br-storage; do ip address flush dev $bridge scope global; done
        ip -n pod1 address flush dev lo
        """);

    // One value of a JSON text becomes another, or a key is dropped or doubled.
    private static string Json(Random random, string text)
    {
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var values = System.Text.RegularExpressions.Regex.Matches(text, "\"(?:[^\"\\\\]|\\\\.)*\"|true|-?[0-9]+|\\[\\]|\\{\\}");
            if (values.Count == 0)
            {
                break;
            }

            var at = values[random.Next(values.Count)];
            text = text[..at.Index] + Pick(random, Pieces) + text[(at.Index + at.Length)..];
        }

        return text;
    }

    private static byte[] Bytes(Random random, byte[] bytes)
    {
        var changed = bytes.ToList();
        for (var n = random.Next(1, 6); n > 0 && changed.Count > 0; n--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(4))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.Next(1, 20), changed.Count - at));
                    break;
                case 2:
                    changed.Insert(at, (byte)"[]{}\",:0\\\0\u007f"[random.Next(11)]);
                    break;
                default:
                    changed.InsertRange(at, changed.Skip(random.Next(changed.Count)).Take(random.Next(30)).ToList());
                    break;
            }
        }

        return [.. changed];
    }

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];
}
