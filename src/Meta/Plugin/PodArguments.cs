using MultiNet.Cni;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Plugin;

/// <summary>What <c>CNI_ARGS</c> say about the pod.</summary>
internal static class PodArguments
{
    /// <summary>Splits <c>K=V;K2=V2</c>. A value may hold an equals sign here: it is for the plugins to refuse it.</summary>
    /// <exception cref="CniException">Code 4: a pair without an equals sign.</exception>
    public static List<KeyValuePair<string, string>> Parse(string text)
    {
        var args = new List<KeyValuePair<string, string>>();
        foreach (string pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            if (equals <= 0)
            {
                throw new CniException(
                    CniErrorCode.InvalidEnvironmentVariables, $"CNI_ARGS: invalid pair \"{pair}\"", "expected KEY=VALUE;KEY=VALUE...");
            }
            args.Add(new(pair[..equals], pair[(equals + 1)..]));
        }
        return args;
    }

    /// <summary>The pod that the arguments name, or null where they name none.</summary>
    /// <exception cref="CniException">Code 4: what is named cannot be a pod. The names become parts of file names.</exception>
    public static PodReference? PodOf(IReadOnlyList<KeyValuePair<string, string>> args)
    {
        string name = Value(args, "K8S_POD_NAME"), @namespace = Value(args, "K8S_POD_NAMESPACE");
        if (name.Length == 0 || @namespace.Length == 0)
            return null;
        RequireObjectName("K8S_POD_NAME", name);
        RequireObjectName("K8S_POD_NAMESPACE", @namespace);
        return new PodReference(@namespace, name, Value(args, "K8S_POD_UID"), Value(args, "K8S_POD_INFRA_CONTAINER_ID"));
    }

    private static void RequireObjectName(string key, string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.'))
            {
                throw new CniException(
                    CniErrorCode.InvalidEnvironmentVariables, $"CNI_ARGS: {key} \"{name}\" is no name of a Kubernetes object",
                    "allowed are lower case letters, digits, '-' and '.'");
            }
        }
    }

    private static string Value(IReadOnlyList<KeyValuePair<string, string>> args, string key)
    {
        foreach (var (name, value) in args)
        {
            if (name == key)
                return value;
        }
        return "";
    }
}
