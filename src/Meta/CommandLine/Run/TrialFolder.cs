namespace MultiNet.Meta.CommandLine.Run;

/// <summary>The folder of a trial: everything that <c>multinet run</c> writes is below it, and gone with it.</summary>
/// <param name="Path">The folder, absolute.</param>
internal sealed record TrialFolder(string Path)
{
    /// <summary>The folder where <c>--state-dir</c> names no other: forgotten at a reboot, as namespaces are.</summary>
    public const string DefaultPath = "/run/multinet/run";

    /// <summary>What is up: written before anything is made.</summary>
    public string TrialFile => System.IO.Path.Combine(Path, "run.json");

    /// <summary>Taken while a command works on the trial.</summary>
    public string LockFile => System.IO.Path.Combine(Path, "lock");

    /// <summary>The namespaces: one per pod, and the node's.</summary>
    public string Namespaces => System.IO.Path.Combine(Path, "netns");

    /// <summary>What the plugins see as <c>/var/lib/cni</c> in a node of their own.</summary>
    public string CniState => System.IO.Path.Combine(Path, "var-lib-cni");

    /// <summary>The node's namespace.</summary>
    public string NodeNamespace => System.IO.Path.Combine(Namespaces, "node");

    /// <summary>A pod's namespace. No name of Kubernetes has an underscore, so that no two pods share one and none is the node's.</summary>
    public string PodNamespace(string @namespace, string name) => System.IO.Path.Combine(Namespaces, $"{@namespace}_{name}");

    /// <summary>The option that names the folder, for commands that people are told to type; empty for the default.</summary>
    public string Option => Path == DefaultPath ? "" : $" --state-dir {Path}";
}
