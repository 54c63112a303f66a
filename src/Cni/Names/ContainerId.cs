namespace MultiNet.Cni;

/// <summary>The rules for <c>CNI_CONTAINERID</c>: a letter or digit, then letters, digits, <c>_ . -</c> (CNI specification 1.1, section 2).</summary>
public static class ContainerId
{
    /// <summary>Throws when an id is invalid.</summary>
    /// <exception cref="CniException">Code 3: empty. Code 4: other characters.</exception>
    public static void Validate(string id)
    {
        if (id.Length == 0)
            throw new CniException(CniErrorCode.UnknownContainer, "missing containerID");
        if (!NetworkName.IsIdentifier(id))
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, "invalid characters in containerID", Shortened.Text(id, 256));
    }
}
