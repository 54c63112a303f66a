using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MultiNet.Cni.Tests;

/// <summary>What of the documentation a machine can judge.</summary>
public sealed class DocumentationTests
{
    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));

    [Fact]
    public void Decisions_AreNumbered_WithoutGapsAndWithoutTwoOfANumber()
    {
        var numbers = Directory.GetFiles(Path.Combine(Root(), "docs/decisions"), "*.md")
            .Select(file => Path.GetFileName(file)[..3]).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(number => $"{number:000}"), numbers);
    }

    [Fact]
    public void Links_LeadSomewhere()
    {
        var broken = new List<string>();
        var pages = Directory.GetFiles(Root(), "*.md").Concat(Directory.GetFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories));
        foreach (string page in pages)
        {
            foreach (Match link in Regex.Matches(File.ReadAllText(page), @"\]\((?!https?:)([^)#\s]+)[^)]*\)"))
            {
                string target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value);
                if (!Path.Exists(target))
                    broken.Add($"{page}: {link.Groups[1].Value}");
            }
        }
        Assert.Empty(broken);
    }
}
