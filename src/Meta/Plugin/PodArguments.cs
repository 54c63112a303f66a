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
    public static PodReference? PodOf(IReadOnlyList<KeyValuePair<string, string>> args)
    {
        string name = Value(args, "K8S_POD_NAME"), @namespace = Value(args, "K8S_POD_NAMESPACE");
        return name.Length > 0 && @namespace.Length > 0
            ? new PodReference(@namespace, name, Value(args, "K8S_POD_UID"), Value(args, "K8S_POD_INFRA_CONTAINER_ID"))
            : null;
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
