using System.Runtime.CompilerServices;

namespace MultiNet.Webhook.Tests;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    public static string Read(string path, [CallerFilePath] string file = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(file)!);
        while (!File.Exists(Path.Combine(folder.FullName, "MultiNet.sln")))
            folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, path));
    }
}
