using System.Text;

namespace MultiNet.Kubernetes;

/// <summary>
/// Paths of the API server's resources, relative to its URL. Names are escaped: whatever a name holds, the path has as many parts as it
/// is meant to have.
/// </summary>
public static class ApiPath
{
    /// <summary>A collection: <c>api/v1/pods</c>, <c>apis/GROUP/VERSION/namespaces/NAMESPACE/RESOURCE</c>.</summary>
    /// <param name="groupVersion"><c>v1</c> for the core group, else <c>GROUP/VERSION</c>.</param>
    /// <param name="resource">The plural: <c>pods</c>.</param>
    /// <param name="space">The namespace; empty for all of them, and for what has none.</param>
    public static string Collection(string groupVersion, string resource, string space = "")
    {
        var path = new StringBuilder(groupVersion.Contains('/') ? "apis/" : "api/").Append(groupVersion);
        if (space.Length > 0)
            path.Append("/namespaces/").Append(Part(space));
        return path.Append('/').Append(resource).ToString();
    }

    /// <summary>An object.</summary>
    /// <param name="groupVersion">As for a collection.</param>
    /// <param name="resource">The plural.</param>
    /// <param name="space">The namespace; empty for what has none.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="subresource"><c>status</c>, or empty.</param>
    public static string Object(string groupVersion, string resource, string space, string name, string subresource = "")
    {
        string path = $"{Collection(groupVersion, resource, space)}/{Part(name)}";
        return subresource.Length > 0 ? $"{path}/{subresource}" : path;
    }

    // "." and ".." would be resolved by whoever normalises the path.
    private static string Part(string name) => name.Length > 0 && name is not ("." or "..")
        ? Uri.EscapeDataString(name)
        : throw new ArgumentException($"\"{name}\" is no name of an object", nameof(name));
}
