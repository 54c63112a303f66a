namespace MultiNet.Delegates;

/// <summary>What an ADD has to undo when a later step fails: in reverse order, and past what cannot be undone.</summary>
internal sealed class Rollback
{
    private readonly List<Action> _steps = [];

    /// <summary>Notes how to undo the step that was just done (or is about to be done, where undoing nothing is harmless).</summary>
    public void Add(Action undo) => _steps.Add(undo);

    /// <summary>Undoes everything. Failures do not count: the error that led here is the one to report.</summary>
    public void Run()
    {
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            try
            {
                _steps[i]();
            }
            catch (Exception)
            {
                // The runtime calls DEL after a failed ADD, and that reports what still cannot be undone.
            }
        }
        _steps.Clear();
    }
}
