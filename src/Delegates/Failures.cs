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
        catch (Exception e)
        {
            // A mistake of ours in one step must not keep the others from being done.
            _failures.Add(new CniException(CniErrorCode.Internal, $"failed to {what}: {e.GetType().Name}: {e.Message}", "", e));
        }
    }

    /// <summary>Did everything succeed so far?</summary>
    public bool IsEmpty => _failures.Count == 0;

    /// <summary>Throws what was collected, as one error.</summary>
    public void ThrowIfAny() => _failures.ThrowIfAny();
}
