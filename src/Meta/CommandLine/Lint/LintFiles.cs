using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Finds the files to look at: those that are named, and the manifests of folders and of the folders in them.</summary>
internal static class LintFiles
{
    /// <summary>The files in order; hidden files and folders are left out, links to folders are not followed.</summary>
    /// <exception cref="MisuseException">There is no such path, or far too many files.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
                AddFolder(files, path);
            else if (File.Exists(path))
                files.Add(path);
            else
                throw new MisuseException($"{path}: no such file or folder");
        }
        return files;
    }

    private static void AddFolder(List<string> files, string folder)
    {
        var found = new List<string>(Directory.EnumerateFiles(folder));
        found.RemoveAll(file => Path.GetFileName(file)[0] == '.' || !ManifestFiles.IsManifest(file));
        found.Sort(StringComparer.Ordinal);
        files.AddRange(found);
        if (files.Count > ManifestLimits.Files)
            throw new MisuseException($"{folder}: more than {ManifestLimits.Files} files");
        var folders = new List<DirectoryInfo>(new DirectoryInfo(folder).EnumerateDirectories());
        folders.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        foreach (var child in folders)
        {
            if (child.Name[0] != '.' && child.LinkTarget is null)
                AddFolder(files, Path.Combine(folder, child.Name));
        }
    }
}
