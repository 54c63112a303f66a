using System.Text;

namespace MultiNet.Networks.Tests;

/// <summary>Whatever an annotation holds, the parser answers with problems. Seeds are fixed, so that a failure can be repeated.</summary>
public class SelectionPropertyTests
{
    private static readonly string[] Valid =
    [
        "net1, ns1/net2@if0,net3@data.5",
        """[{"name":"a","namespace":"ns","interface":"x0","ips":["10.0.0.1/24","fd00::1"],"mac":"02:00:00:00:00:01"}]""",
        """[{"name":"a","portMappings":[{"hostPort":1,"containerPort":2,"protocol":"tcp"}],"bandwidth":{"ingressRate":1,"ingressBurst":2}}]""",
        """[{"name":"a","cni-args":{"a":{"b":[1,2,"\u00e4"]}},"default-route":["10.0.0.1"],"deviceID":"0000:00:1f.6"},{"name":"b","ipam-claim-reference":"c"}]""",
    ];

    private static readonly string[] Fragments =
    [
        "null", "[", "]", "{", "}", ",", ":", "\"", "\\", "\\ud800", "-1", "1e9", "true", "\"name\"", "\"ips\"", "\ud800", "\0", "\n", "é", "/", "@", "eth0", "%d",
        "99999999999999999999", "\"mac\":", "{}", "[]", "\"\"", " ",
    ];

    [Fact]
    public void Parser_AnswersWithProblems_WhenTextIsRandomBytes()
    {
        var random = new Random(1);
        byte[] bytes = new byte[200];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            CheckNeverThrows(Encoding.Latin1.GetString(bytes, 0, random.Next(bytes.Length)));
            CheckNeverThrows("[" + Encoding.UTF8.GetString(bytes, 0, random.Next(bytes.Length)));
        }
    }

    [Fact]
    public void Parser_AnswersWithProblems_WhenTextIsMadeOfFragments()
    {
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (int n = random.Next(20); n > 0; n--)
                text.Append(Fragments[random.Next(Fragments.Length)]);
            CheckNeverThrows(text.ToString());
        }
    }

    [Fact]
    public void Parser_AnswersWithProblems_WhenValidTextIsMutated()
    {
        var random = new Random(3);
        for (int i = 0; i < 40_000; i++)
        {
            var text = new StringBuilder(Valid[random.Next(Valid.Length)]);
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, random.Next(Math.Min(8, text.Length - at)));
                        break;
                    case 1:
                        text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                        break;
                    case 2:
                        text[at] = (char)random.Next(1, 0x10000);
                        break;
                    default:
                        text.Length = at;
                        break;
                }
                if (text.Length == 0)
                    break;
            }
            CheckNeverThrows(text.ToString());
        }
    }

    [Fact]
    public void ValidTexts_HaveNoProblems() => Assert.All(Valid, text => Assert.Empty(NetworkSelectionAnnotation.Parse(text).Problems));

    private static void CheckNeverThrows(string text)
    {
        var annotation = NetworkSelectionAnnotation.Parse(text);
        CheckPositions(annotation.Problems, text);
        if (annotation.IsValid)
        {
            foreach (var element in annotation.Elements)
                Assert.NotEqual("", element.Name);
        }
        else
        {
            Assert.NotEqual("", annotation.Problems.ToCniException("x").Message);
        }
        CheckPositions(DefaultNetworkAnnotation.Parse(text).Problems, text);
    }

    private static void CheckPositions(IReadOnlyList<Problem> problems, string text)
    {
        foreach (var problem in problems)
        {
            Assert.False(string.IsNullOrEmpty(problem.Message));
            Assert.True(problem.Message.All(c => !char.IsControl(c) && c != '\u2028'), problem.Message);
            Assert.True(problem.Message.Length < 500, problem.Message);
            Assert.InRange(problem.Line, 0, text.Count(c => c == '\n') + 1);
            Assert.InRange(problem.Column, 0, text.Length + 1);
        }
    }
}
