using MultiNet.Cni.Json;

namespace MultiNet.Cni.Tests.JsonRules;

/// <summary>Go's rules for JSON, which the contract inherits.</summary>
public sealed class JsonFieldsTests
{
    [Fact]
    public void Members_AreRefused_WhenAKeyIsNoText()
    {
        Assert.Equal(["b", "a"], JsonFields.Parse(MultiNet.Cni.Tests.Json.Bytes("""{"b":1,"a":2}"""), "x").Members().Select(m => m.Key));
        Assert.Empty(JsonFields.Parse(MultiNet.Cni.Tests.Json.Bytes("{}"), "x").Object("a").Members());
        var error = Assert.Throws<CniException>(() => JsonFields.Parse(MultiNet.Cni.Tests.Json.Bytes("""{"\ud800":1}"""), "x").Members());
        Assert.Equal((CniErrorCode.DecodingFailure, "x: a key is not valid Unicode"), (error.Code, error.Message));
    }

    private static JsonFields Parse(string text) => JsonFields.Parse(Tests.Json.Bytes(text), "test");

    [Theory]
    [InlineData("""{"mtu":1}""", 1)]
    [InlineData("""{"MTU":2}""", 2)]
    [InlineData("""{"mtu":1,"Mtu":3}""", 3)]
    [InlineData("""{"mtu":4,"mtu":null}""", 4)]
    [InlineData("""{"\u006dtu":5}""", 5)]
    [InlineData("""{"\ud800":0,"mtu":6}""", 6)]
    [InlineData("""{"mtu":null}""", null)]
    [InlineData("{}", null)]
    public void Keys_MatchInAnyCase_AndTheLastCounts(string text, int? expected) => Assert.Equal(expected, Parse(text).NullableInt("mtu"));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("2147483648")]
    [InlineData("[]")]
    public void Ints_RefuseOtherNumbersAndTypes(string value)
    {
        var error = Assert.Throws<CniException>(() => Parse($$"""{"x":{{value}}}""").NullableInt("x"));
        Assert.StartsWith("test: x: expected a whole number", error.Message);
    }

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("1")]
    [InlineData("{}")]
    public void Bools_RefuseStringsAndNumbers(string value) =>
        Assert.Throws<CniException>(() => Parse($$"""{"x":{{value}}}""").Bool("x"));

    [Theory]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("\"10.0.0.1\"", "10.0.0.1")]
    [InlineData("\"::ffff:10.0.0.1\"", "10.0.0.1")]
    public void Addresses_TakeEmptyTextForNone(string value, string? expected) =>
        Assert.Equal(expected, Parse($$"""{"x":{{value}}}""").Address("x")?.ToString());

    [Theory]
    [InlineData("010.0.0.1")]
    [InlineData("10.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    public void Addresses_RefuseWhatGoRefuses(string value) =>
        Assert.Throws<CniException>(() => Parse($$"""{"x":"{{value}}"}""").Address("x"));

    [Fact]
    public void Prefixes_KeepHostBits() => Assert.Equal("10.1.2.3/24", Parse("""{"x":"10.1.2.3/24"}""").Prefix("x").ToString());

    [Fact]
    public void Text_MayBeginWithAByteOrderMark() => Assert.Equal("v", Parse("\ufeff{\"x\":\"v\"}").String("x"));

    [Theory]
    [InlineData("{\"x\":1,}")]
    [InlineData("{} {}")]
    [InlineData("{/**/}")]
    [InlineData("{\"x\":NaN}")]
    public void Text_IsStrictJson(string text) => Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Parse(text)).Code);

    [Fact]
    public void Nesting_IsLimited() =>
        Assert.Throws<CniException>(() => Parse("{\"x\":" + new string('[', 500_000) + new string(']', 500_000) + "}"));

    [Fact]
    public void Strings_RefuseLoneSurrogates() =>
        Assert.Throws<CniException>(() => Parse("{\"x\":\"\\ud800\"}").String("x"));
}
