using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tuning.Allowlist;

/// <summary>The node's file of kernel parameters that may be set: a regular expression per line, found anywhere in the key as it was written.</summary>
internal static class SysctlAllowlist
{
    /// <summary>Throws when a key is matched by no line. Without a file every key is allowed; an empty file allows none.</summary>
    /// <exception cref="CniException">Code 7: a key is not allowed, or a line is no regular expression. Code 5: the file cannot be read.</exception>
    public static void Check(string path, IReadOnlyList<SysctlSetting> settings)
    {
        if (settings.Count == 0)
            return;
        string[] content;
        try
        {
            content = File.ReadAllLines(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot read the sysctl allowlist {path}", e.Message, e);
        }
        var patterns = new Pattern?[content.Length];
        foreach (var setting in settings)
        {
            if (!IsAllowed(setting.Key, content, patterns, path))
                throw NotAllowed(setting.Key, content, path);
        }
    }

    private static bool IsAllowed(string key, string[] content, Pattern?[] patterns, string path)
    {
        for (int i = 0; i < content.Length; i++)
        {
            string line = content[i].Trim();
            if (line.Length == 0)
                continue;
            try
            {
                if ((patterns[i] ??= Pattern.Parse(line)).IsFoundIn(key))
                    return true;
            }
            catch (FormatException e)
            {
                throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, $"sysctl allowlist {path}, line {i + 1}: error parsing regexp: {e.Message}",
                    $"Found: {Shortened.Text(line, 200)}", e);
            }
        }
        return false;
    }

    private static CniException NotAllowed(string key, string[] content, string path)
    {
        var lines = new List<string>(content.Length);
        foreach (string line in content)
        {
            if (line.Trim() is { Length: > 0 } pattern)
                lines.Add(pattern);
        }
        return new CniException(
            CniErrorCode.InvalidNetworkConfig,
            $"Sysctl {Shortened.Text(key, 200)} is not allowed. Only the following sysctls are allowed: [{Shortened.Text(string.Join(' ', lines), 2000)}]",
            $"The node's administrator decides in {path}, with one regular expression per line.");
    }
}
