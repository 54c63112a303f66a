namespace MultiNet.Cni;

/// <summary>The rules for a network's name: a letter or digit, then letters, digits, <c>_ . -</c> (CNI specification 1.1, section 1).</summary>
public static class NetworkName
{
    /// <summary>Throws when a name is invalid.</summary>
    /// <exception cref="CniException">Code 7.</exception>
    public static void Validate(string name)
    {
        if (name.Length == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "missing network name:", "the configuration has no \"name\"");
        if (!IsIdentifier(name))
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "invalid characters found in network name", Shortened.Text(name, 256));
    }

    /// <summary>Is it <c>[a-zA-Z0-9][a-zA-Z0-9_.-]*</c>?</summary>
    public static bool IsIdentifier(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]) && (i == 0 || text[i] is not ('_' or '.' or '-')))
                return false;
        }
        return text.Length > 0;
    }
}
