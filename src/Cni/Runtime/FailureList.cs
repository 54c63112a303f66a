using System.Text;

namespace MultiNet.Cni;

/// <summary>Collects failures of work that goes on after a failure, and reports them as one.</summary>
public sealed class FailureList
{
    private readonly List<CniException> _failures = [];

    /// <summary>How many there are.</summary>
    public int Count => _failures.Count;

    /// <summary>The failures in order.</summary>
    public IReadOnlyList<CniException> Failures => _failures;

    /// <summary>Adds one.</summary>
    public void Add(CniException failure) => _failures.Add(failure);

    /// <summary>Throws when there is one: a single one as it is, several with the first one's code and all messages.</summary>
    /// <exception cref="CniException">What was collected.</exception>
    public void ThrowIfAny()
    {
        if (_failures.Count == 0)
            return;
        if (_failures.Count == 1)
            throw _failures[0];
        var message = new StringBuilder();
        var details = new StringBuilder();
        foreach (var failure in _failures)
        {
            if (message.Length > 0)
                message.Append("; ");
            message.Append(failure.Message);
            if (failure.Details.Length == 0)
                continue;
            if (details.Length > 0)
                details.Append("; ");
            details.Append(failure.Details);
        }
        throw new CniException(_failures[0].Code, message.ToString(), details.ToString(), _failures[0]);
    }
}
