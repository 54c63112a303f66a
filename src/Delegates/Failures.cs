using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates;

/// <summary>Runs steps that must all be tried (DEL, GC) and reports at the end what failed.</summary>
internal sealed class Failures
{
    private readonly FailureList _failures = new();

    /// <summary>Runs one step.</summary>
    /// <param name="what">What it does, for the error: <c>delete "eth0"</c>.</param>
    /// <param name="step">The step.</param>
    public void Try(string what, Action step)
    {
        try
        {
            step();
        }
        catch (CniException e)
        {
            _failures.Add(e);
        }
        catch (KernelException e)
        {
            _failures.Add(KernelFailure.Of(e, $"failed to {what}"));
        }
    }

    /// <summary>Throws what was collected, as one error.</summary>
    public void ThrowIfAny() => _failures.ThrowIfAny();
}
