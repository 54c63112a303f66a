using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Tests.Sources.Manifests;

public class JsonManifestReaderTests
{
    [Fact]
    public void Values_AreKeptAsTheyAre() =>
        Assert.Equal(
            """{"a":[1,-2.50e3,true,false,null],"b":{"c":"\u0022x\n"}}""",
            Text(Assert.Single(Read("""{ "a": [1, -2.50e3, true, false, null], "b": {"c": "\"x\n"} }"""))));

    [Fact]
    public void SeveralDocuments_MayFollowEachOther() => Assert.Equal(3, Read("{} {\"a\":1}\n{}").Count);

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"a\": 2}", "f:3:3", "the key \"a\" stands twice")]
    [InlineData("{\"a\": 1,}", "f:1:", "not valid JSON")]
    [InlineData("{\"a\"", "f:1:", "not valid JSON")]
    [InlineData("// x\n{}", "f:1:", "not valid JSON")]
    [InlineData("\"\\ud800\"", "f:1:1", "no character")]
    public void Malformed_IsRefusedWithItsPlace(string json, string place, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(json));
        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNesting_IsRefused()
    {
        Assert.Single(Read(new string('[', 64) + new string(']', 64)));
        Assert.Contains("nested more than 64", Assert.Throws<CniException>(() => Read(new string('[', 100_000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TooManyValues_AreRefused() =>
        Assert.Contains("too large", Assert.Throws<CniException>(() => Read("[" + new string(' ', 1) + string.Join(",", Enumerable.Repeat("1", 300_000)) + "]")).Message, StringComparison.Ordinal);

    [Fact]
    public void Positions_AreThoseOfTheFile()
    {
        var root = Assert.Single(Read("\n\n  {\"a\":\n    [1,\n 2]}"));
        Assert.Equal(new ManifestPosition("f", 3, 3), root.Position);
        Assert.Equal(new ManifestPosition("f", 4, 5), root.Find("a")!.Position);
        Assert.Equal(new ManifestPosition("f", 5, 2), root.Find("a")!.Items[1].Position);
    }

    [Fact]
    public void RandomBytes_AreReadOrRefused_NeverAnythingElse()
    {
        byte[] alphabet = "{}[]\",:\\ue0123456789tfn \n"u8.ToArray().Concat(new byte[] { 0xff, 0xc3, 0 }).ToArray();
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(1, 40)];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = alphabet[random.Next(alphabet.Length)];
            try
            {
                JsonManifestReader.Read("f", bytes);
            }
            catch (CniException e)
            {
                Assert.StartsWith("f:", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static List<ManifestNode> Read(string json) => JsonManifestReader.Read("f", Encoding.UTF8.GetBytes(json));

    private static string Text(ManifestNode node) => Encoding.UTF8.GetString(node.ToJson().Span);
}
