using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Tests.Sources.Manifests;

public class YamlManifestReaderTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("+007", "7")]
    [InlineData("-0", "-0")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e3", "1e3")]
    [InlineData("-1.5E-3", "-1.5E-3")]
    [InlineData("true", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("~", "null")]
    [InlineData("---", "null")]
    [InlineData("Null", "null")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("0xZZ", "\"0xZZ\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("10.0.0.0/24", "\"10.0.0.0/24\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("190:20:30", "\"190:20:30\"")]
    [InlineData("2026-01-02", "\"2026-01-02\"")]
    [InlineData("-", "[null]")]
    [InlineData("+", "\"\\u002B\"")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("\"1\"", "\"1\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("! 1", "\"1\"")]
    [InlineData("!!int 7", "7")]
    [InlineData("!!float 7", "7")]
    public void Scalar_IsResolvedByTheCoreSchema(string yaml, string json) =>
        Assert.Equal(json, Json($"{yaml}\n"));

    [Fact]
    public void BlockText_KeepsItsLines() =>
        Assert.Equal("""{"config":"{\n  \u0022cniVersion\u0022: \u00221.0.0\u0022\n}\n"}""", Json("config: |\n  {\n    \"cniVersion\": \"1.0.0\"\n  }\n"));

    [Fact]
    public void Keys_AreAlwaysText() => Assert.Equal("""{"1":"a","true":"b"}""", Json("1: a\ntrue: b\n"));

    [Fact]
    public void Documents_AreReadOneByOne() =>
        Assert.Equal(["{\"a\":1}", "null", "{\"b\":2}"], YamlManifestReader.Read("f", "a: 1\n---\n# nothing\n---\nb: 2\n...\n").Select(Text));

    [Fact]
    public void Alias_RepeatsItsAnchor() => Assert.Equal("""{"a":[1,2],"b":[1,2]}""", Json("a: &x [1, 2]\nb: *x\n"));

    [Fact]
    public void Anchor_IsForgottenWithItsDocument() => AssertError("f:3:4", "names no anchor", "a: &x 1\n---\nb: *x\n");

    [Fact]
    public void Alias_WithinItsOwnAnchor_IsRefused() => AssertError("f:1:5", "names no anchor", "&a [*a]\n");

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "f:3:1", "the key \"a\" stands twice")]
    [InlineData("a: {x: 1, x: 2}\n", "f:1:11", "the key \"x\" stands twice")]
    [InlineData("a: 1\n  b: 2\n", "f:2:", "not valid YAML")]
    [InlineData("a: [1, 2\n", "f:", "not valid YAML")]
    [InlineData("a: \"x\n", "f:", "not valid YAML")]
    [InlineData("a: .inf\n", "f:1:4", "JSON")]
    [InlineData("a: !!binary aGk=\n", "f:1:4", "not known")]
    [InlineData("a: !mine {}\n", "f:1:4", "not known")]
    [InlineData("a: !!int x\n", "f:1:4", "is tagged")]
    [InlineData("? [a]\n: 1\n", "f:1:3", "must be a string")]
    [InlineData("a: &b {c: 1}\nd:\n  <<: *b\n", "f:3:3", "merge keys")]
    public void Malformed_IsRefusedWithItsPlace(string yaml, string place, string message) => AssertError(place, message, yaml);

    [Fact]
    public void ManyKeys_DuplicateIsStillFound()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 100; i++)
            text.Append($"k{i}: 1\n");
        AssertError("f:101:1", "\"k7\" stands twice", text.Append("k7: 1\n").ToString());
    }

    [Fact]
    public void BillionLaughs_IsRefused()
    {
        var text = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 12; i++)
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        AssertError("f:", "too large when its aliases are written out", text.ToString());
    }

    [Fact]
    public void LongTextRepeatedByAliases_IsRefused()
    {
        string aliases = string.Join(", ", Enumerable.Repeat("*a", 1000));
        AssertError("f:", "too large", $"a: &a {new string('x', 1_000_000)}\nb: [{aliases}]\n");
    }

    [Fact]
    public void NestingByAliases_CountsAsNesting()
    {
        var text = new StringBuilder("a0: &a0 [1]\n");
        for (int i = 1; i < 100; i++)
            text.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        AssertError("f:", "nested more than 64", text.ToString());
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    public void DeepNesting_IsRefused(string open, string close)
    {
        string ok = string.Concat(Enumerable.Repeat(open, 64)) + "1" + string.Concat(Enumerable.Repeat(close, 64));
        Assert.Single(YamlManifestReader.Read("f", ok));
        AssertError("f:1:", "nested more than 64", open + ok + close);
        AssertError("f:1:", "nested more than 64", string.Concat(Enumerable.Repeat(open, 100_000)));
    }

    [Fact]
    public void RandomText_IsReadOrRefused_NeverAnythingElse()
    {
        string[] pieces =
        [
            "a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&x ", "*x", "!!str ", "|\n", ">-\n", "\"", "'", "#", "---\n", "...\n", "? ", "%YAML 1.2\n",
            "\t", "\0", "\u0085", "\ud83d\ude00", "<<", "~", "0x", "!", "!<", ">", "@", "`", "\\", "\\u12", "1e9", "*", "&", "%TAG ! x\n",
        ];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = random.Next(1, 25); i > 0; i--)
                text.Append(pieces[random.Next(pieces.Length)]);
            try
            {
                foreach (var document in YamlManifestReader.Read("f", text.ToString()))
                    System.Text.Json.JsonDocument.Parse(document.ToJson()).Dispose();
            }
            catch (CniException e)
            {
                Assert.StartsWith("f:", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static void AssertError(string place, string message, string yaml)
    {
        var error = Assert.Throws<CniException>(() => YamlManifestReader.Read("f", yaml));
        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static string Json(string yaml) => Text(Assert.Single(YamlManifestReader.Read("f", yaml)));

    private static string Text(ManifestNode node) => Encoding.UTF8.GetString(node.ToJson().Span);
}
