using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;
using MultiNet.Networks;

namespace MultiNet.Daemon.Tests;

/// <summary>What <c>multinet</c> reports and leaves on the disk.</summary>
internal static class Reports
{
    public static DaemonRequest Attached(string pod, string uid = "", string status = "[]", string container = "c1") => new()
    {
        Operation = DaemonOperation.Attached, Namespace = "default", Name = pod, Uid = uid.Length > 0 ? uid : $"uid-{pod}", ContainerId = container, IfName = "eth0",
        Status = status, Milliseconds = 12.5,
        Attachments =
        [
            new DaemonAttachment { Network = "cluster", Interface = "eth0", Addresses = ["10.1.0.2/16"], Plugins = ["bridge", "host-local"], Milliseconds = 4 },
            new DaemonAttachment { Network = "default/blue", Interface = "net1", Plugins = ["macvlan"], Milliseconds = 300 },
        ],
    };

    public static DaemonRequest Failed(string pod, string message, string container = "c1") => new()
    {
        Operation = DaemonOperation.Failed, Namespace = "default", Name = pod, Uid = $"uid-{pod}", ContainerId = container, IfName = "eth0", Network = "default/blue",
        Code = 7, Message = message, Milliseconds = 5,
    };

    public static DaemonRequest Detached(string pod, string message = "") => new()
    {
        Operation = DaemonOperation.Detached, Namespace = "default", Name = pod, Uid = $"uid-{pod}", ContainerId = "c1", IfName = "eth0", Milliseconds = 5,
        Code = message.Length > 0 ? 999u : 0, Message = message.Length > 0 ? message : null,
        Attachments = [new DaemonAttachment { Network = "default/blue", Interface = "net1", Milliseconds = 2 }],
    };

    /// <summary>Writes the journal of an ADD that has finished.</summary>
    /// <returns>The status that belongs to it.</returns>
    public static string Journal(string stateDir, string pod, string address, string container = "c1", string? uid = null, bool complete = true, DateTime? created = null, bool released = false)
    {
        var journal = new SandboxJournal
        {
            Network = "multinet", ContainerId = container, NetNs = "/run/netns/x", IfName = "eth0", Pod = new PodReference("default", pod, uid ?? $"uid-{pod}"),
            Created = created ?? DateTime.UtcNow, Complete = complete,
            Attachments =
            [
                new JournalAttachment
                {
                    DisplayName = "cluster", InterfaceName = "eth0", Config = "{}"u8.ToArray(), Args = [], CapabilityArgs = new Dictionary<string, ReadOnlyMemory<byte>>(),
                    Plugins = ["bridge"], Released = released,
                    Result = CniResultReader.Read(
                        System.Text.Json.JsonDocument.Parse(
                            $$"""{"cniVersion":"1.1.0","interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/run/netns/x"}],"ips":[{"address":"{{address}}","interface":0}]}""").RootElement,
                        "1.1.0", "result"),
                },
            ],
        };
        new JournalStore(stateDir).Write(journal, durable: false);
        return released ? "" : NetworkStatusWriter.Write(SandboxStatus.Of(journal));
    }
}
