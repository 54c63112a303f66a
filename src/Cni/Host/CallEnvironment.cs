namespace MultiNet.Cni;

/// <summary>The environment of a plugin's process, validated (CNI specification 1.1, section 2 "Parameters"; order and wording as the reference's skel).</summary>
internal static class CallEnvironment
{
    /// <summary>Reads what the verb needs; the configuration is not there yet.</summary>
    /// <exception cref="CniException">Code 4: an unknown verb, a missing or invalid variable.</exception>
    internal static CniCall Read(string command, Func<string, string?> environment)
    {
        if (!CniVerbName.TryParse(command, out var verb))
        {
            throw new CniException(
                CniErrorCode.InvalidEnvironmentVariables, $"unknown CNI_COMMAND: {Shortened.Text(command, 64)}",
                "allowed are ADD, DEL, CHECK, STATUS, GC, VERSION");
        }
        if (verb == CniVerb.Version)
            return new CniCall { Verb = verb };
        var call = new CniCall
        {
            Verb = verb,
            ContainerId = environment("CNI_CONTAINERID") ?? "",
            NetNs = environment("CNI_NETNS") ?? "",
            IfName = environment("CNI_IFNAME") ?? "",
            Args = environment("CNI_ARGS") ?? "",
            Path = PluginPath.Split(environment("CNI_PATH") ?? ""),
        };
        Validate(call, pathIsRequired: true);
        return call;
    }

    /// <summary>Validates the parameters of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="pathIsRequired">The reference requires CNI_PATH of a process; within a process nothing is lost without it.</param>
    /// <exception cref="CniException">Code 4.</exception>
    internal static void Validate(CniCall call, bool pathIsRequired)
    {
        bool attachment = call.Verb is CniVerb.Add or CniVerb.Del or CniVerb.Check;
        if (attachment && call.ContainerId.Length > 0)
            ContainerId.Validate(call.ContainerId);
        if (attachment && call.IfName.Length > 0)
            InterfaceName.Validate(call.IfName);

        List<string>? missing = null;
        if (attachment && call.ContainerId.Length == 0)
            (missing ??= []).Add("CNI_CONTAINERID");
        if (call.Verb is CniVerb.Add or CniVerb.Check && call.NetNs.Length == 0)
            (missing ??= []).Add("CNI_NETNS");
        if (attachment && call.IfName.Length == 0)
            (missing ??= []).Add("CNI_IFNAME");
        if (pathIsRequired && call.Path.Count == 0)
            (missing ??= []).Add("CNI_PATH");
        if (missing is not null)
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, $"required env variables [{string.Join(',', missing)}] missing");
    }
}
