namespace MultiNet.Netlink;

/// <summary>A netlink request failed. <see cref="KernelMessage"/> is the kernel's own explanation (extended ack), where it gave one.</summary>
public class NetlinkException : KernelException
{
    /// <summary>Creates the exception with the message <c>add link "eth0": file exists (EEXIST): kernel's words</c>.</summary>
    /// <param name="operation">What was tried.</param>
    /// <param name="errno">The Linux error number (positive).</param>
    /// <param name="kernelMessage">The text of the extended ack, or null.</param>
    public NetlinkException(string operation, int errno, string? kernelMessage = null)
        : base(operation, errno, kernelMessage) => KernelMessage = kernelMessage;

    /// <summary>The text of the kernel's extended acknowledgement, or null.</summary>
    public string? KernelMessage { get; }
}
