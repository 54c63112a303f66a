namespace MultiNet.EndToEnd.Tests.Node;

/// <summary>
/// The two cards of the virtual machine (tests/vm/README.md) in a node: their physical functions, up, and two virtual functions each. They
/// go back to the machine when the node ends.
/// </summary>
internal static class SriovCards
{
    // The physical functions first: they lose settings when they move. Virtual functions appear on the machine, and follow. With names of
    // their own: the kernel gives a name again that has left.
    private const string Move = """
        interface_of() {
          name=$(ls /sys/bus/pci/devices/$1/net 2>/dev/null) && [ -n "$name" ] && echo "$name"
        }
        export -f interface_of
        await() {
          timeout 60 bash -c "until interface_of $1 >/dev/null; do sleep 0.05; done" || { echo "no interface of $1" >&2; exit 1; }
        }
        modprobe -a igb igbvf
        for card in 0000:01 0000:02; do
          await $card:00.0
          name=$(interface_of $card:00.0)
          echo 0 >/sys/bus/pci/devices/$card:00.0/sriov_numvfs
          ip link set "$name" netns "$NODE" name pf${card#*:}
          nsenter --net="/proc/$NODE/ns/net" ip link set pf${card#*:} up
          echo 2 >/sys/bus/pci/devices/$card:00.0/sriov_numvfs
          for function in 10.0 10.2; do
            await $card:$function
            ip link set "$(interface_of $card:$function)" netns "$NODE" name vf${card#*:}f${function#*.}
          done
        done
        """;

    /// <summary>Gives the cards to a node.</summary>
    public static async Task GiveAsync(NodeSandbox node) => (await Command.RunAsync(
        ["bash", "-e", "-c", Move], new Dictionary<string, string> { ["NODE"] = node.ProcessId })).MustSucceed("giving the cards to the node");

    /// <summary>The node's name for the interface of a PCI device.</summary>
    public static async Task<string> InterfaceAsync(NodeSandbox node, string pci) => (await node.ShellAsync($"ls /sys/bus/pci/devices/{pci}/net")).Trim();
}
