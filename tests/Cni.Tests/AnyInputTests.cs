using System.Text.Json;
using MultiNet.Cni.Json;
using MultiNet.Cni.Tests.Host;

namespace MultiNet.Cni.Tests;

/// <summary>Whatever comes in, a parser answers or throws <see cref="CniException"/>; nothing else.</summary>
public sealed class AnyInputTests
{
    private const int Count = 6_000;

    private static void ForAll(Action<byte[]> parse)
    {
        int accepted = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            byte[] input = new RandomInput(seed).Next();
            try
            {
                parse(input);
                accepted++;
            }
            catch (CniException)
            {
                // the expected failure
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {Json.Text(input)}: {e}");
            }
        }
        Assert.InRange(accepted, 1, Count - 1); // the generator makes both kinds
    }

    [Fact]
    public void Results() => ForAll(input =>
    {
        var result = CniResultReader.Read(input, "1.0.0", "result");
        foreach (string version in CniVersion.All)
        {
            try
            {
                byte[] printed = CniResultWriter.Write(result, version);
                Assert.Equal(version, CniResultReader.Read(printed, "", "printed").CniVersion);
            }
            catch (CniException e) when (e.Message.StartsWith("cannot convert"))
            {
                // nothing that the old versions can say
            }
        }
    });

    [Fact]
    public void NetworkConfigurations() => ForAll(input =>
    {
        var list = NetworkConfigList.Parse(input, "configuration", "given", "0.4.0");
        Assert.NotEmpty(list.Plugins);
        NetworkConfigList.Parse(list.Inlined().Bytes, "again");
    });

    [Fact]
    public void Calls() => ForAll(input => PluginHost.Invoke(
        new RecordingPlugin { OnAdd = context => context.PrevResult ?? new CniResult() },
        new CniCall { Verb = CniVerb.Add, ContainerId = "c", NetNs = "/x", IfName = "eth0", Config = input }, new NoInvoker()));

    [Fact]
    public void CacheEntries()
    {
        string folder = Directory.CreateTempSubdirectory("multinet-cni-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "results"));
            var cache = new ResultCache(folder);
            for (int seed = 0; seed < 2000; seed++)
            {
                File.WriteAllBytes(Path.Combine(folder, "results", "net-c-eth0"), new RandomInput(seed).Next());
                cache.Find("net", "c", "eth0");
                cache.List("c");
            }
            cache.Delete("net", "c", "eth0");
            Assert.Empty(cache.List());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Arguments() => ForAll(input => CniArgs.Parse(Json.Text(input), "net", "ü"));

    [Fact]
    public void Splicing_KeepsEveryOtherPropertyByteForByte()
    {
        for (int seed = 0; seed < Count; seed++)
        {
            string text = new RandomInput(seed).Object();
            if (text.Contains("ud800"))
                continue; // JsonProperty cannot tell such a name
            byte[] spliced = JsonSplice.Set(Json.Bytes(text).Span, [new("name", Json.Bytes("\"new\"")), new("x\"y", Json.Bytes("[1]"))], "test");
            using var before = JsonDocument.Parse(text);
            using var after = JsonDocument.Parse(spliced);
            var expected = before.RootElement.EnumerateObject().Where(p => p.Name is not ("name" or "x\"y")).Select(p => p.ToString().Trim())
                .Concat(["\"name\":\"new\"", "\"x\\\"y\":[1]"]);
            Assert.Equal(expected, after.RootElement.EnumerateObject().Select(p => p.ToString()));
        }
    }
}
