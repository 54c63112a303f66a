using System.Collections;

namespace MultiNet.Cni.Exec;

/// <summary>A plugin's environment: that of this process (trace variables included), with the call's variables in it once.</summary>
internal static class ExecEnvironment
{
    /// <exception cref="CniException">Code 4: a value that no environment can hold.</exception>
    internal static List<string> For(CniCall call)
    {
        var environment = new List<string>(64);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name is not ("CNI_COMMAND" or "CNI_CONTAINERID" or "CNI_NETNS" or "CNI_IFNAME" or "CNI_ARGS" or "CNI_PATH"))
                environment.Add($"{name}={variable.Value}");
        }
        // libcni sets all six always; those that a verb does not need are empty.
        Add(environment, "CNI_COMMAND", CniVerbName.Of(call.Verb));
        Add(environment, "CNI_CONTAINERID", call.ContainerId);
        Add(environment, "CNI_NETNS", call.NetNs);
        Add(environment, "CNI_IFNAME", call.IfName);
        Add(environment, "CNI_ARGS", call.Args);
        Add(environment, "CNI_PATH", PluginPath.Join(call.Path));
        return environment;
    }

    private static void Add(List<string> environment, string name, string value)
    {
        if (value.Contains('\0'))
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, $"{name} contains a zero byte", Shortened.Text(value, 256));
        environment.Add($"{name}={value}");
    }
}
