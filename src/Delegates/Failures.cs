using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates;

/// <summary>Runs steps that must all be tried (DEL, GC) and reports at the end what failed.</summary>
internal sealed class Failures
{
    private List<CniException>? _failures;

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
            (_failures ??= []).Add(e);
        }
        catch (KernelException e)
        {
            (_failures ??= []).Add(KernelFailure.Of(e, $"failed to {what}"));
        }
    }

    /// <summary>Throws the first failure; the others stand in its details.</summary>
    public void ThrowIfAny()
    {
        if (_failures is null)
            return;
        if (_failures.Count == 1)
            throw _failures[0];
        var details = new List<string>();
        if (_failures[0].Details.Length > 0)
            details.Add(_failures[0].Details);
        for (int i = 1; i < _failures.Count; i++)
            details.Add($"also failed: {_failures[i].Text}");
        throw new CniException(_failures[0].Code, _failures[0].Message, string.Join("; ", details), _failures[0]);
    }
}
