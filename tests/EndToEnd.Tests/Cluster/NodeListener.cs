using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Cluster;

/// <summary>Sockets of the test's own process that listen in a node's network: a socket stays where it was made.</summary>
internal static partial class NodeListener
{
    private const int CLONE_NEWNET = 0x40000000;

    /// <summary>Binds a socket on the node's loopback device.</summary>
    public static Socket Bind(NodeSandbox node, EndPoint endpoint)
    {
        Socket? socket = null;
        Exception? failure = null;
        // A thread that ends with its task: nobody else may get one that is in the node.
        var thread = new Thread(() =>
        {
            try
            {
                using var network = File.OpenHandle($"/proc/{node.ProcessId}/ns/net");
                if (SetNamespace(network.DangerousGetHandle().ToInt32(), CLONE_NEWNET) != 0)
                    throw new InvalidOperationException($"setns: error {Marshal.GetLastPInvokeError()}");
                socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(endpoint);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? socket! : throw new InvalidOperationException("no socket in the node", failure);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int type);
}
