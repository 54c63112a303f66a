using System.Text;
using MultiNet.Webhook.Admission;

namespace MultiNet.Webhook.Tests.Admission;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""{"a":"b"}""", true)]
    [InlineData("""["\ud83d\ude00 \\ud800 \u00e9 \n\"\\"]""", true)]
    [InlineData("""["\\\\ud800"]""", true)]
    [InlineData("""["\ud800"]""", false)]
    [InlineData("""["\ud800x"]""", false)]
    [InlineData("""["\ud800\ud800"]""", false)]
    [InlineData("""["\udc00"]""", false)]
    [InlineData("""["\\\udc00"]""", false)]
    [InlineData("""{"\uD800":1}""", false)]
    public void Escapes_MustBeCharacters(string json, bool isUnicode) => Assert.Equal(isUnicode, JsonText.IsUnicode(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_MustBeUtf8()
    {
        Assert.True(JsonText.IsUnicode("[\"\u00e9\U0001f600\"]"u8));
        Assert.False(JsonText.IsUnicode([(byte)'"', 0xC3, (byte)'"']));
        Assert.False(JsonText.IsUnicode([(byte)'"', 0xED, 0xA0, 0x80, (byte)'"']));
    }

    [Theory]
    [InlineData("[1,2,3]", 5, true)]
    [InlineData("[1,2,3]", 4, false)]
    [InlineData("""{"a":{"b":[]}}""", 8, true)]
    [InlineData("""{"a":{"b":[]}}""", 7, false)]
    [InlineData("\",,,,,,,,,,,,,,,,,,,,\"", 1, true)]
    [InlineData("[[[[[[[[[[[[[[", 100, true)]
    [InlineData("1,,,,,,,", 1, true)]
    public void Values_AreCounted(string json, int most, bool isAtMost) => Assert.Equal(isAtMost, JsonText.HasAtMost(Encoding.UTF8.GetBytes(json), most));
}
