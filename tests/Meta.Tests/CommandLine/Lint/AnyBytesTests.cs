using System.Text;
using MultiNet.Meta.CommandLine;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Lint;

namespace MultiNet.Meta.Tests.CommandLine.Lint;

/// <summary>Whatever is in a file or comes on the standard input: an exit code, a bounded answer, and no exception.</summary>
public sealed class AnyBytesTests : IDisposable
{
    private static readonly string[] s_pieces =
    [
        "apiVersion: k8s.cni.cncf.io/v1\n", "kind: NetworkAttachmentDefinition\n", "kind: Pod\n", "kind: List\n", "metadata:\n", "  name: a\n", "  annotations:\n", "    k8s.v1.cni.cncf.io/networks: ", "spec:\n", "  config: |\n",
        "    {\"type\": \"bridge\"}\n", "    {\"type\":", "---\n", "- ", "[", "{", "}", "]", "\"", "'", "|\n", ">-\n", ": ", "\n", "\t", "&a ", "*a ", "!!binary ", "<<: *a\n", "\0", "\ufeff", "é", "items:\n", "? ", "%YAML 1.2\n", "...\n",
        "{\"kind\":\"Pod\",\"metadata\":{\"annotations\":{\"k8s.v1.cni.cncf.io/networks\":\"", "\\u0000", "\\ud800", "1e999", "2024-01-01", "~", "null", "5",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-lint-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Bytes_AreAnswered()
    {
        var random = new Random(1);
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Answered(bytes, i);
        }
    }

    [Fact]
    public void PiecesOfManifests_AreAnswered()
    {
        var random = new Random(2);
        for (int i = 0; i < 400; i++)
        {
            var text = new StringBuilder();
            for (int n = random.Next(30); n >= 0; n--)
                text.Append(s_pieces[random.Next(s_pieces.Length)]);
            Answered(Encoding.UTF8.GetBytes(text.ToString()), i);
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("- ")]
    [InlineData("a: {")]
    [InlineData("&a [*a, ")]
    [InlineData("---\n")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {annotations: {k8s.v1.cni.cncf.io/networks: '[5]'}}\n---\n")]
    public void Much_IsAnswered(string repeated) => Answered(Encoding.UTF8.GetBytes(new StringBuilder().Insert(0, repeated, 3_000).ToString()), 0);

    private void Answered(byte[] bytes, int number)
    {
        string file = Path.Combine(_folder.FullName, number % 2 == 0 ? "a.yaml" : "a.json");
        File.WriteAllBytes(file, bytes);
        foreach (string[] args in (string[][])[["lint", file], ["lint", file, "-o", "json"], ["lint", file, "-o", "sarif", "--strict"]])
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            int code = CommandLineProgram.Run(args, output, error);
            Assert.InRange(code, 0, 2);
            Assert.InRange(output.ToString().Length + error.ToString().Length, 1, 20_000_000);
        }
        var input = new LintCommand(() => new MemoryStream(bytes));
        var (found, said) = (new StringWriter(), new StringWriter());
        Assert.InRange(input.Run(ArgumentParser.Parse(input.Syntax, ["-"]), new CommandConsole(found, said)), 0, 2);
        Assert.InRange(found.ToString().Length + said.ToString().Length, 1, 20_000_000);
    }
}
