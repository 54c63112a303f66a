using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Sources;
using MultiNet.Netlink;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>Sets up the namespaces of a trial and takes everything down again.</summary>
internal sealed class TrialStage(TrialFolder folder, CommandConsole console)
{
    /// <summary>Could something not be taken down?</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Makes the namespaces; with a node of its own, starts the program again inside and does not return.</summary>
    /// <exception cref="CniException">An earlier trial is up, or a namespace cannot be made; then nothing is left.</exception>
    public void SetUp(IReadOnlyList<Pod> pods, MetaConfig config, bool onHost)
    {
        if (Trial.Read(folder) is { } earlier)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater, $"an earlier run is still up in {folder.Path}: pods {string.Join(", ", earlier.Sandboxes)}",
                $"take it down: multinet run --down{folder.Option}; or name another folder with --state-dir");
        }
        var sandboxes = new List<PodSandbox>();
        foreach (var pod in pods)
            sandboxes.Add(PodSandbox.Of(pod, folder));
        var trial = new Trial
        {
            OnHost = onHost,
            Config = config.Raw,
            Sandboxes = sandboxes,
            BridgesBefore = onHost ? HostBridges.List() : [],
            MadePlaceOfState = !onHost && !Directory.Exists(NodeProcess.PlaceOfState),
        };
        trial.Write(folder);
        try
        {
            Directory.CreateDirectory(folder.Namespaces);
            if (!onHost)
                Make(folder.NodeNamespace);
            foreach (var sandbox in sandboxes)
                Make(sandbox.NetNs);
            Enter(trial);
        }
        catch (Exception e)
        {
            UndoSetUp(trial);
            if (e is KernelException or IOException or UnauthorizedAccessException)
                throw new CniException(CniErrorCode.Internal, $"cannot make the namespaces of the trial: {e.Message}", "", e);
            throw;
        }
    }

    /// <summary>Goes into the trial's node, where it has one: starts the program again inside and does not return.</summary>
    public void Enter(Trial trial)
    {
        if (!trial.OnHost && File.Exists(folder.NodeNamespace))
            NodeProcess.EnterAndRestart(folder.NodeNamespace, folder.CniState);
    }

    /// <summary>Releases every attachment, then removes the namespaces and the folder. What fails is said, and stays for the next try.</summary>
    public void TearDown()
    {
        if (Trial.Read(folder) is not { } trial)
            return;
        var progress = new ProgressLines(console);
        var config = MetaConfigReader.Read(trial.Config);
        var bridges = new HashSet<string>();
        using (var multiplexer = new Multiplexer(config, source: null, progress: progress))
        {
            for (int i = trial.Sandboxes.Count - 1; i >= 0; i--)
                Release(multiplexer, trial.Sandboxes[i], progress, bridges);
        }
        bridges.ExceptWith(trial.BridgesBefore);
        if (HasFailed)
        {
            console.Say($"not everything could be released; try again: multinet run --down{folder.Option}");
            return;
        }
        // A node of the trial's own takes its bridges along.
        if (trial.OnHost)
            HostBridges.RemoveUnused(bridges);
        RemoveNamespaces(trial);
        RemoveFolder();
        console.Say("taken down");
    }

    private void Release(Multiplexer multiplexer, PodSandbox sandbox, ProgressLines progress, HashSet<string> bridges)
    {
        progress.Pod = sandbox.ToString();
        try
        {
            // Nothing was ever attached to a sandbox without a journal, and a DEL would only guess.
            if (new JournalStore(Path.Combine(folder.Path, "state")).Read(sandbox.ContainerId, "eth0") is not { } journal)
                return;
            bridges.UnionWith(HostBridges.NamedBy(journal));
        }
        catch (CniException e)
        {
            // DEL has other evidence.
            console.Fail("run", e);
        }
        try
        {
            multiplexer.Del(sandbox.Request());
        }
        catch (CniException e)
        {
            HasFailed = true;
            console.Fail("run", e);
        }
    }

    // The first error is the one to report.
    private void UndoSetUp(Trial trial)
    {
        try
        {
            RemoveNamespaces(trial);
        }
        catch (KernelException e)
        {
            console.Say(e.Message);
        }
        RemoveFolder();
    }

    // The node's loopback is up, as on any machine.
    private static void Make(string path)
    {
        using var made = NetworkNamespace.Create(path);
        using var socket = made.OpenSocket();
        socket.LinkSet("lo", new LinkChange { Up = true });
    }

    private void RemoveNamespaces(Trial trial) =>
        NodeProcess.OutsideOfMounts(() =>
        {
            foreach (var sandbox in trial.Sandboxes)
                NetworkNamespace.Delete(sandbox.NetNs);
            NetworkNamespace.Delete(folder.NodeNamespace);
            if (trial.MadePlaceOfState)
                RemoveIfEmpty(NodeProcess.PlaceOfState);
        });

    private static void RemoveIfEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody has begun to use it.
        }
    }

    private void RemoveFolder()
    {
        try
        {
            Directory.Delete(folder.Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HasFailed = true;
            console.Say($"cannot remove {folder.Path}: {e.Message}");
        }
    }
}
