using System.Globalization;
using System.Text;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tap;

/// <summary>
/// Makes a TAP device with an SELinux context of its own. The kernel gives a device the context of the process that makes it, and lets a
/// process with threads not change its own: hence <c>ip</c> does it, started in that context, on the host under a name that nobody has;
/// then the device moves into the container.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="netns">The container's namespace.</param>
internal sealed class LabelledTap(NodeKernel kernel, string netns)
{
    // The context of what this thread executes next (proc(5), /proc/pid/attr/exec).
    private const string ExecContext = "/proc/thread-self/attr/exec";
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    /// <summary>Makes a device, down.</summary>
    /// <param name="name">Its name in the container.</param>
    /// <param name="context">The SELinux context.</param>
    /// <param name="settings">Owner, group and number of queues.</param>
    /// <exception cref="CniException">There is no SELinux, it does not allow this, or there is no <c>ip</c>.</exception>
    public void Create(string name, string context, TapSettings settings)
    {
        string path = FindIp();
        var host = kernel.Socket("");
        string temporary = $"tap{Random.Shared.Next():x8}";
        CommandOutcome outcome;
        SetContext(context);
        try
        {
            outcome = SystemCommand.Run(path, Arguments(temporary, settings), ["LC_ALL=C"], ReadOnlyMemory<byte>.Empty, s_deadline);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new CniException(CniErrorCode.Internal, $"failed to run command {path}: {e.Message}", "", e);
        }
        finally
        {
            TryResetContext();
        }
        if (outcome.ExitCode != 0)
            throw new CniException(CniErrorCode.Internal, $"failed to run command {path}: {Encoding.UTF8.GetString(outcome.Errors.Span).Trim()}", $"Exit code {outcome.ExitCode}.");
        int index = KernelFailure.Describe("failed to create tap", () => host.LinkGet(temporary)).Index;
        try
        {
            host.LinkSet(index, new LinkChange { Namespace = kernel.Namespace(netns), Name = name });
        }
        catch (NetlinkException e)
        {
            TryDelete(host, index);
            throw KernelFailure.Of(e, "failed to create tap");
        }
    }

    private static List<string> Arguments(string name, TapSettings settings)
    {
        List<string> arguments = ["tuntap", "add", "mode", "tap", "name", name];
        if (settings.MultiQueue)
            arguments.Add("multi_queue");
        if (settings.Owner is { } owner)
            arguments.AddRange(["user", owner.ToString(CultureInfo.InvariantCulture)]);
        if (settings.Group is { } group)
            arguments.AddRange(["group", group.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }

    private static void SetContext(string context)
    {
        try
        {
            WriteContext(Encoding.UTF8.GetBytes(context));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CniException(
                CniErrorCode.Internal, $"failed set socket label: {e.Message}",
                $"\"selinuxContext\" is \"{context}\": the kernel must run SELinux, know this context, and allow the plugin to start programs in it.", e);
        }
    }

    private static void TryResetContext()
    {
        try
        {
            WriteContext("\0"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The thread ends with the call; what it starts until then runs in the device's context or not at all.
        }
    }

    // One write: the kernel takes it as a whole.
    private static void WriteContext(ReadOnlySpan<byte> context)
    {
        using var file = new FileStream(ExecContext, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(context);
    }

    private static void TryDelete(RouteSocket host, int index)
    {
        try
        {
            host.LinkDelete(index);
        }
        catch (NetlinkException)
        {
            // The error that led here is the one to report.
        }
    }

    private static string FindIp()
    {
        string search = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin:/usr/bin:/bin";
        foreach (string folder in search.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, "ip");
            if (File.Exists(path))
                return path;
        }
        throw new CniException(CniErrorCode.Internal, "failed to run command ip: it is not installed", "Install iproute2, or leave \"selinuxContext\" out.");
    }
}
