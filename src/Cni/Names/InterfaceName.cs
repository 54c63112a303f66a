using System.Text;

namespace MultiNet.Cni;

/// <summary>The rules for the name of a network interface (the kernel's, as the reference words them).</summary>
public static class InterfaceName
{
    /// <summary>The longest name in bytes (IFNAMSIZ less the ending zero).</summary>
    public const int MaxBytes = 15;

    /// <summary>What is wrong with a name, or null.</summary>
    public static CniException? Problem(string name)
    {
        if (name.Length == 0)
            return new CniException(CniErrorCode.InvalidEnvironmentVariables, "interface name is empty");
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return new CniException(
                CniErrorCode.InvalidEnvironmentVariables, "interface name is too long",
                $"interface name should be less than 16 characters; found \"{Shortened.Text(name, 64)}\"");
        }
        if (name is "." or "..")
            return new CniException(CniErrorCode.InvalidEnvironmentVariables, "interface name is . or ..");
        foreach (char c in name)
        {
            // A zero byte cannot come from the environment, but from an annotation: the kernel would cut the name there.
            if (c is '/' or ':' or '\0' || char.IsWhiteSpace(c))
            {
                return new CniException(
                    CniErrorCode.InvalidEnvironmentVariables, "interface name contains / or : or whitespace characters", $"found \"{Shortened.Text(name, 64)}\"");
            }
        }
        // Not in the reference: the kernel takes it for a pattern and makes another name of it.
        if (name.Contains('%'))
            return new CniException(CniErrorCode.InvalidEnvironmentVariables, "interface name contains %", $"found \"{Shortened.Text(name, 64)}\"");
        return null;
    }

    /// <summary>Throws when a name is invalid.</summary>
    /// <exception cref="CniException">Code 4.</exception>
    public static void Validate(string name)
    {
        if (Problem(name) is { } problem)
            throw problem;
    }
}
