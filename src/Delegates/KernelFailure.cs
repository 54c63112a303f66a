using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates;

/// <summary>The kernel's errors as CNI errors.</summary>
internal static class KernelFailure
{
    /// <summary>Says what failed, with a hint where the cause is a usual one.</summary>
    /// <param name="error">The kernel's error.</param>
    /// <param name="what">What failed, in the reference's words where it has some: <c>failed to create bridge "cni0"</c>.</param>
    public static CniException Of(KernelException error, string what)
    {
        string details = error switch
        {
            { IsNotPermitted: true } => "The plugin needs the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN (root).",
            { IsNotSupported: true } => "The kernel does not know this: the module or option is missing.",
            _ => "",
        };
        return new CniException(CniErrorCode.Internal, $"{what}: {error.Message}", details, error);
    }

    /// <summary>The error for a <c>CNI_NETNS</c> that cannot be opened.</summary>
    public static CniException NetNs(KernelException error, string path) => error.IsNotPermitted ? Of(error, "failed to open netns") : new(
        CniErrorCode.InvalidEnvironmentVariables,
        $"failed to open netns \"{path}\": {error.Message}",
        "CNI_NETNS must be the path of a network namespace.", error);

    /// <summary>Runs a step whose kernel errors are to be reported in these words.</summary>
    public static T Describe<T>(string what, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (KernelException e)
        {
            throw Of(e, what);
        }
    }

    /// <inheritdoc cref="Describe{T}"/>
    public static void Describe(string what, Action step)
    {
        try
        {
            step();
        }
        catch (KernelException e)
        {
            throw Of(e, what);
        }
    }
}
