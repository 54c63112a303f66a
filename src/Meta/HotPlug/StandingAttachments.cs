using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

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
    public (string[] Names, JournalAttachment?[] Standing) Match(IReadOnlyList<NetworkCandidate> wanted, PlanProblems problems)
    {
        string[] names = new string[wanted.Count];
        var standing = new JournalAttachment?[wanted.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = wanted[i].Selection?.Interface ?? "";
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

    private JournalAttachment? Take(NetworkCandidate wanted, string interfaceName)
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
            Add(attachment);
        for (int i = 0; i < names.Length; i++)
        {
            if (standing[i] is null)
                changed.Add(names[i]);
        }
        bool again = true;
        while (again)
        {
            again = false;
            for (int i = 0; i < names.Length; i++)
            {
                if (standing[i] is { } attachment && InterfacesOf(attachment).Names.Any(changed.Contains))
                {
                    Add(attachment);
                    standing[i] = null;
                    again = true;
                }
            }
        }

        void Add(JournalAttachment attachment)
        {
            changed.Add(attachment.InterfaceName);
            if (InterfacesOf(attachment).Makes is { Length: > 0 } made)
                changed.Add(made);
        }
    }

    private static ContainerInterfaces InterfacesOf(JournalAttachment attachment) =>
        ContainerInterfaces.Of(NetworkConfigList.Parse(attachment.Config, "journal", attachment.DisplayName));
}
