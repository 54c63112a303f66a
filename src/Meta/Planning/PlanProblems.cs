using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;

namespace MultiNet.Meta.Planning;

/// <summary>Collects what is wrong with a request, so that a person sees all of it at once.</summary>
internal sealed class PlanProblems
{
    private readonly List<CniException> _errors = [];
    private readonly List<string> _warnings = [];

    /// <summary>What is suspicious but no error.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Is anything wrong?</summary>
    public bool Any => _errors.Count > 0;

    public void Error(string message, string details = "") => _errors.Add(new CniException(CniErrorCode.InvalidNetworkConfig, message, details));

    public void Error(CniException error) => _errors.Add(error);

    public void Warning(string message) => _warnings.Add(message);

    /// <summary>Throws one error that holds all, if there are any: the first one's code and message, the others in the details.</summary>
    public void ThrowIfAny(SandboxRequest request)
    {
        if (_errors.Count > 0)
            throw Failures.Combine(request.ToString(), _errors);
    }
}
