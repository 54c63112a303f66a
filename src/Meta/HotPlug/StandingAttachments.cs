using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;
using MultiNet.Networks;

namespace MultiNet.Meta.HotPlug;

/// <summary>
/// Finds for each network that a pod asks for the attachment that it has already, and names for the others. An attachment serves an element
/// that names the same definition, asks for the same, and for its interface or for none: so the interfaces of a running pod keep their
/// names, though elements before theirs come and go (docs/decisions, "Interfaces that are plugged in later").
/// </summary>
internal sealed class StandingAttachments
{
    private readonly List<JournalAttachment> _free = [];
    private readonly HashSet<string> _taken = [];

    /// <param name="journal">The sandbox.</param>
    public StandingAttachments(SandboxJournal journal)
    {
        foreach (var attachment in journal.Attachments)
        {
            if (!attachment.IsSelected)
                _taken.Add(attachment.InterfaceName);
            else if (attachment.IsStanding)
                _free.Add(attachment);
        }
    }

    /// <summary>Decides names and matches.</summary>
    /// <param name="wanted">The networks of the annotation, in its order.</param>
    /// <param name="problems">An interface that two networks want is an error.</param>
    /// <returns>For each network its interface, and its attachment where there is one.</returns>
    public (string[] Names, JournalAttachment?[] Standing) Match(IReadOnlyList<WantedNetwork> wanted, PlanProblems problems)
    {
        string[] names = new string[wanted.Count];
        var standing = new JournalAttachment?[wanted.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = wanted[i].InterfaceName;
            if (names[i].Length == 0)
                continue;
            if (!_taken.Add(names[i]))
                problems.Error($"interface {names[i]} is wanted by {wanted[i].DisplayName} and by another network of the pod", "choose another \"interface\" for one of them");
            standing[i] = Take(wanted[i], names[i]);
        }
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0 && (standing[i] = Take(wanted[i], "")) is { } attachment)
                _taken.Add(names[i] = attachment.InterfaceName);
        }
        for (int i = 0, number = 1; i < names.Length; i++)
        {
            if (names[i].Length > 0)
                continue;
            while (!_taken.Add($"net{number}"))
                number++;
            names[i] = $"net{number}";
        }
        LetGoOfWhatStandsOnAChange(names, standing);
        return (names, standing);
    }

    /// <summary>
    /// Has the sandbox what its pod's annotation asks for, and nothing else of what annotations ask for? No definition is read. Where the
    /// annotation is wrong, it has not.
    /// </summary>
    /// <param name="journal">The sandbox.</param>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="annotation">The networks annotation; null or empty for none.</param>
    public static bool AreAll(SandboxJournal journal, string podNamespace, string? annotation)
    {
        var wanted = new List<WantedNetwork>();
        if (!string.IsNullOrWhiteSpace(annotation))
        {
            var (elements, found) = NetworkSelectionAnnotation.Parse(annotation, journal.IfName);
            if (found.Any(problem => problem.IsError))
                return false;
            foreach (var element in elements)
                wanted.Add(new WantedNetwork(element.QualifiedName(podNamespace), element.Interface, SelectionRequest.Of(element)));
        }
        var attachments = new StandingAttachments(journal);
        var problems = new PlanProblems();
        var (_, standing) = attachments.Match(wanted, problems);
        return !problems.Any && !standing.Contains(null) && attachments._free.Count == 0 && journal.Attachments.All(a => !a.IsSelected || a.IsStanding);
    }

    private JournalAttachment? Take(WantedNetwork wanted, string interfaceName)
    {
        var found = _free.Find(a => a.DisplayName == wanted.DisplayName && a.Asked == wanted.Asked
            && (interfaceName.Length > 0 ? a.InterfaceName == interfaceName : !_taken.Contains(a.InterfaceName)));
        if (found is not null)
            _free.Remove(found);
        return found;
    }

    // A bond over an interface that goes, a VLAN on it: they are made anew with it.
    private void LetGoOfWhatStandsOnAChange(string[] names, JournalAttachment?[] standing)
    {
        var changed = new HashSet<string>();
        foreach (var attachment in _free)
            StackedInterfaces.AddNames(changed, attachment);
        for (int i = 0; i < names.Length; i++)
        {
            if (standing[i] is null)
                changed.Add(names[i]);
        }
        var above = StackedInterfaces.Above([.. standing.OfType<JournalAttachment>()], changed);
        for (int i = 0; i < names.Length; i++)
        {
            if (standing[i] is { } attachment && above.Contains(attachment))
                standing[i] = null;
        }
    }
}
