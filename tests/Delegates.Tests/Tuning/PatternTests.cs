using MultiNet.Delegates.Tuning.Allowlist;

namespace MultiNet.Delegates.Tests.Tuning;

public sealed class PatternTests
{
    [Theory]
    // As Go's regexp.MatchString answers.
    [InlineData("abc", "xabcx", true)]
    [InlineData("abc", "xabx", false)]
    [InlineData("", "", true)]
    [InlineData("^abc$", "abc", true)]
    [InlineData("^abc$", "abcd", false)]
    [InlineData("^a.c$", "a/c", true)]
    [InlineData("^a\\.c$", "a/c", false)]
    [InlineData("a.c", "a\nc", false)]
    [InlineData("(?s)a.c", "a\nc", true)]
    [InlineData("^net.ipv4.conf.IFNAME.[a-z_]*$", "net.ipv4.conf.IFNAME.log_martians", true)]
    [InlineData("^net.ipv4.conf.IFNAME.[a-z_]*$", "net.ipv4.conf.IFNAME.log_martians2", false)]
    [InlineData("^(net\\.core|net\\.ipv4)\\.", "net.ipv4.x", true)]
    [InlineData("^(net\\.core|net\\.ipv4)\\.", "net.ipv6.x", false)]
    [InlineData("^(?:a|b)+$", "abba", true)]
    [InlineData("^(?P<name>a|b)+$", "abca", false)]
    [InlineData("^(?<name>a)?b$", "b", true)]
    [InlineData("^a{2}$", "aa", true)]
    [InlineData("^a{2}$", "aaa", false)]
    [InlineData("^a{2,}$", "aaaa", true)]
    [InlineData("^a{2,3}?$", "aaaa", false)]
    [InlineData("^a{,3}$", "a{,3}", true)]
    [InlineData("^a{x$", "a{x", true)]
    [InlineData("^a*?b+?c??$", "aabb", true)]
    [InlineData("^(a*)*$", "aaab", false)]
    [InlineData("^(a|)+$", "aa", true)]
    [InlineData("a||b", "x", true)]
    [InlineData("^\\d+\\.\\w+\\s\\S\\D\\W$", "12.a_1 xx-", true)]
    [InlineData("^[\\d.]+$", "1.2.3", true)]
    [InlineData("^[^\\d.]+$", "1.2.3", false)]
    [InlineData("^[\\W]$", "-", true)]
    [InlineData("^[[:alpha:]_]+$", "ab_C", true)]
    [InlineData("^[[:^alpha:]]+$", "ab", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a-]+$", "-a", true)]
    [InlineData("^[^]]$", "]", false)]
    [InlineData("^[a\\-z]+$", "-", true)]
    [InlineData("^[a\\-z]+$", "b", false)]
    [InlineData("(?i)^NET$", "nEt", true)]
    [InlineData("^(?i:N)ET$", "nET", true)]
    [InlineData("^(?i:N)ET$", "net", false)]
    [InlineData("(?i)^[^N]$", "n", false)]
    [InlineData("(?m)^b$", "a\nb", true)]
    [InlineData("^b$", "a\nb", false)]
    [InlineData("(?m)\\Ab\\z", "a\nb", false)]
    [InlineData("\\bnet\\b", "a.net.b", true)]
    [InlineData("\\bnet\\b", "a.network", false)]
    [InlineData("\\Bet", "net", true)]
    [InlineData("^\\Qa.b\\E+$", "a.bb", true)]
    [InlineData("^\\Qa.b\\E$", "axb", false)]
    [InlineData("\\Qa.b", "a.b", true)]
    [InlineData("^\\x41\\x{42}\\103\\t$", "ABC\t", true)]
    [InlineData("^[\\x41-\\x43]+$", "ABC", true)]
    [InlineData("^ä.$", "ä€", true)]
    [InlineData("^.$", "😀", true)]
    [InlineData("]", "]", true)]
    [InlineData("}", "}", true)]
    [InlineData("^{2}", "{2}", true)]
    public void Pattern_MatchesAsGo(string expression, string text, bool found) =>
        Assert.Equal(found, Pattern.Parse(expression).IsFoundIn(text));

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("a)b")]
    [InlineData("[a")]
    [InlineData("[")]
    [InlineData("[b-a]")]
    [InlineData("[a-\\d]")]
    [InlineData("[[:unknown:]]")]
    [InlineData("*a")]
    [InlineData("a|*")]
    [InlineData("(+a)")]
    [InlineData("a**")]
    [InlineData("a{2}{3}")]
    [InlineData("a{1001}")]
    [InlineData("a{3,2}")]
    [InlineData("\\")]
    [InlineData("\\1")]
    [InlineData("\\8")]
    [InlineData("\\Z")]
    [InlineData("\\G")]
    [InlineData("\\pL")]
    [InlineData("\\p{Greek}")]
    [InlineData("\\C")]
    [InlineData("\\x4")]
    [InlineData("\\x{110000}")]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)")]
    [InlineData("(?>a)")]
    [InlineData("(?P<>a)")]
    [InlineData("(?P=name)")]
    [InlineData("(?i")]
    [InlineData("(?i-)")]
    [InlineData("((((a{1000}){1000}){1000}){1000})")]
    public void Pattern_ThatGoOrThisProgramDoesNotKnow_IsRefused(string expression) =>
        Assert.Throws<FormatException>(() => Pattern.Parse(expression));

    [Fact]
    public void Pattern_TakesLinearTime_WhereBacktrackingWouldNotEnd() =>
        Assert.False(Pattern.Parse("^(a+)+(a+)+(a+)+$").IsFoundIn(new string('a', 2000) + "b"));

    [Fact]
    public void Pattern_OfRandomText_CausesOnlyFormatErrors()
    {
        var random = new Random(42);
        const string Alphabet = "ab1.()[]{}*+?|^$\\-:,PQEdwxi<>ä/0";
        for (int i = 0; i < 20000; i++)
        {
            string expression = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            try
            {
                Pattern.Parse(expression).IsFoundIn("ab.1/äa");
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void Pattern_NestedVeryDeeply_IsRefused() =>
        Assert.Throws<FormatException>(() => Pattern.Parse(new string('(', 100_000)));
}
