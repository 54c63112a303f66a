using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace MultiNet.Cni.Tests;

/// <summary>The house's floors (docs/architecture.md): who may use whom. No arrow runs up, no circle.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cni"] = [],
        ["Netlink"] = [],
        ["Kubernetes"] = [],
        ["Hosting"] = ["Networks", "Kubernetes"],
        ["Networks"] = ["Cni"],
        ["Delegates"] = ["Cni", "Netlink"],
        ["Meta"] = ["Cni", "Netlink", "Kubernetes", "Networks", "Delegates", "Validation", "Hosting"],
        ["Daemon"] = ["Meta", "Kubernetes", "Hosting"],
        ["Validation"] = ["Networks"],
        ["Webhook"] = ["Validation", "Kubernetes", "Hosting"],
    };

    private static string Source([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../src"));

    [Fact]
    public void Projects_UseOnlyTheFloorsBelow()
    {
        var projects = Directory.GetDirectories(Source()).Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0).ToArray();
        Assert.NotEmpty(projects);
        foreach (string folder in projects)
        {
            string name = Path.GetFileName(folder);
            Assert.True(Allowed.ContainsKey(name), $"src/{name} has no floor: say in this test what it stands on");
            var used = XDocument.Load(Assert.Single(Directory.GetFiles(folder, "*.csproj"))).Descendants("ProjectReference")
                .Select(reference => Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value.Replace('\\', '/')))!);
            Assert.Empty(used.Except(Allowed[name]).Select(wrong => $"src/{name} must not use src/{wrong}"));
        }
    }

    [Theory]
    [InlineData("Helpers")]
    [InlineData("Utils")]
    [InlineData("Common")]
    [InlineData("Manager")]
    public void Folders_AreConcepts(string name) =>
        Assert.Empty(Directory.GetDirectories(Source(), "*" + name + "*", SearchOption.AllDirectories));
}
