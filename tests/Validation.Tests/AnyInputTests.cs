using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MultiNet.Networks;
using MultiNet.Validation.Tests.Golden;

namespace MultiNet.Validation.Tests;

/// <summary>Whatever a definition or a pod holds: an answer of bounded size, and no exception.</summary>
public sealed class AnyInputTests
{
    private static readonly string[] s_pieces =
    [
        "true", "false", "null", "\"\"", "{}", "[]", "[[]]", "-1", "0", "5", "4095", "99999999999", "1e5", "\"x\"", "10.", "fd00", "::", "/24", "/33", "\\u0000", "\\ud800", ",", "\"", "{", "}",
        "\"type\":", "\"ipam\":", "\"host-local\"", "\"plugins\":", "\"bond\"", "é", "\ud83d\ude00",
    ];

    [Fact]
    public void Definitions_AreJudged_WhateverTheTextIs() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => JudgeBoth(text ?? "")));

    [Fact]
    public void Definitions_AreJudged_WhateverTheBytesAre() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => JudgeBoth(Encoding.UTF8.GetString(bytes ?? []))));

    [Fact]
    public void Definitions_AreJudged_WhenGoodOnesAreBroken()
    {
        var texts = DefinitionCases.All.SelectMany(golden => golden.Rejected.Append(golden.Accepted)).Select(input => input.Config).OfType<string>().Where(text => text.Length < 3000).ToArray();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<PositiveInt>(), (seed, size) => JudgeBoth(Broken(texts, seed, size.Get))));
    }

    [Fact]
    public void Pods_AreJudged_WhenGoodAnnotationsAreBroken()
    {
        string[] texts = [.. PodCases.All.SelectMany(golden => golden.Rejected.Append(golden.Accepted)).Select(input => input.Networks).Where(text => text.Length < 3000)];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<PositiveInt>(), (seed, size) => JudgeBoth(Broken(texts, seed, size.Get))));
    }

    [Theory]
    [InlineData("{\"type\":\"bridge\",\"vlanTrunk\":[", "{\"id\":0},", "]}")]
    [InlineData("{\"type\":\"tuning\",\"sysctl\":{", "\"a\":1,", "}}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"plugins\":[", "{\"type\":\"x\"},", "]}")]
    [InlineData("{\"type\":\"bridge\",\"ipam\":{\"type\":\"host-local\",\"ranges\":[[", "{\"subnet\":\"10.0.0.0/8\"},", "]]}}")]
    [InlineData("{\"type\":\"bond\",\"links\":[", "{\"name\":\"\"},", "]}")]
    [InlineData("{\"type\":\"bridge\",", "\"k\":1,", "\"z\":1}")]
    public void Findings_AreBounded(string begin, string repeated, string end)
    {
        var text = new StringBuilder(begin);
        while (text.Length < 250_000)
            text.Append(repeated);
        JudgeBoth(text.ToString().TrimEnd(',') + end);
    }

    private static string Broken(string[] texts, int seed, int size)
    {
        var random = new Random(seed);
        var text = new StringBuilder(texts[random.Next(texts.Length)]);
        for (int i = random.Next(1, Math.Min(size, 6) + 1); i > 0; i--)
        {
            int at = random.Next(text.Length + 1);
            if (random.Next(3) == 0)
                text.Remove(Math.Min(at, text.Length), Math.Min(random.Next(4), text.Length - at));
            else
                text.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
        }
        return text.ToString();
    }

    private static void JudgeBoth(string text)
    {
        var cluster = new KnownCluster(KnownCluster.Define("net1", text), KnownCluster.Define("net2", """{"type": "bond", "linksInContainer": true, "links": [{"name": "a"}], "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}}"""));
        Bounded(new DefinitionValidator(ValidationOptions.Default).Validate(KnownCluster.Define("net", text, resource: text.Length % 3 == 0 ? "x/y" : ""), cluster));
        var pod = new PodUnderReview
        {
            Namespace = "default", Name = "web", Replicas = 2,
            Annotations = new Dictionary<string, string> { [AnnotationKeys.Networks] = text, [AnnotationKeys.DefaultNetwork] = text },
        };
        Bounded(new PodValidator(new ValidationOptions { NamespaceIsolation = true }).Validate(pod, cluster));
        Bounded(new PodValidator(ValidationOptions.Default).Validate(pod with { Annotations = new Dictionary<string, string> { [AnnotationKeys.Networks] = """[{"name": "net1", "ips": ["10.1.0.5/24"], "mac": "02:00:5e:00:53:01"}, {"name": "net2"}]""" } }, cluster));
    }

    private static void Bounded(ValidationReport report)
    {
        Assert.InRange(report.Findings.Count, 0, 201);
        Assert.All(report.Findings, finding => Assert.InRange(finding.ToString().Length, 1, 3000));
    }
}
